import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { silentLog, systemClock } from "../../src/ports.ts";
import type { ServerParts } from "../../src/protocol/sdk-v1.ts";
import { createHttpApp, type HttpAppParts } from "../../src/serving/http.ts";
import { listen } from "../../src/serving/listen.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { type Check, type Checks, expectPassed, runSuite } from "./run-suite.ts";
import { suiteCatalogue } from "./suite-catalogue.ts";

export interface Conformance {
  /** The package. */
  readonly suite: string;
  readonly revision: string;
  /** Scenarios that fit any server. */
  readonly ofAnyServer: readonly string[];
  /** Those that want the suite's own tools, resources and prompts. */
  readonly withItsTools: readonly string[];
  /** Those that are left out, each with the reason. */
  readonly others: Readonly<Record<string, string>>;
  /** Scenarios of which something else than a pass is expected, on every server. */
  readonly apart?: Readonly<Record<string, (checks: readonly Check[] | undefined) => void>>;
  /** What serves this revision. */
  readonly serving: (parts: ServerParts) => Pick<HttpAppParts, "legacy" | "modern">;
  /** Whether one that is left out would pass after all. */
  readonly wouldPass: (checks: readonly Check[] | undefined) => boolean;
}

/** The tests of one suite at one revision: over the executable on every runtime, and over the layers below the tools. */
export function describeConformance(conformance: Conformance): void {
  const { apart = {}, ofAnyServer, others, revision, serving, suite, withItsTools, wouldPass } = conformance;
  const expectApart = (checks: () => Checks) => {
    for (const [name, expectIt] of Object.entries(apart)) test(name, () => expectIt(checks().get(name)));
  };

  describe.each([...runtimes, ...builtRuntimes])(
    `conformance at ${revision}: the server on %s`,
    (runtime) => {
      let checks: Checks;
      let stderr = "";
      beforeAll(async () => {
        await using server = await overHttp(runtime, ["--simulate"]);
        checks = await runSuite(suite, server.url.href, revision);
        stderr = server.stderr();
      });

      test("every scenario of the suite is run, or left out for a reason", () => {
        const known = [...ofAnyServer, ...Object.keys(apart), ...withItsTools, ...Object.keys(others)];
        expect([...checks.keys()].sort()).toEqual(known.sort());
      });

      test.each([...ofAnyServer])("%s", (name) => expectPassed(checks.get(name)));
      expectApart(() => checks);

      test("what asks for things that there are not is no fault of this server's", () => {
        expect(stderr).not.toMatch(/"level":"error"/);
      });
    },
  );

  describe(`conformance at ${revision}: the layers below the tools`, () => {
    let checks: Checks;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const parts = { catalogue: suiteCatalogue(), clock: systemClock, log: silentLog };
      const app = createHttpApp({
        ...parts,
        ...serving(parts),
        path: "/mcp",
        allowedHosts: [],
        allowedOrigins: [],
      });
      const server = await listen(app.fetch, { hostname: "127.0.0.1", port: 0 });
      close = server.close;
      checks = await runSuite(suite, `${server.url}/mcp`, revision);
    });
    afterAll(() => close());

    test.each([...ofAnyServer, ...withItsTools])("%s", (name) => expectPassed(checks.get(name)));
    expectApart(() => checks);

    test("nothing is left out that would pass", () => {
      expect(Object.keys(others).filter((name) => wouldPass(checks.get(name)))).toEqual([]);
    });
  });
}
