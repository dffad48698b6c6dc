import { beforeAll, describe, expect, test } from "bun:test";
import { silentLog, systemClock } from "../../src/ports.ts";
import type { ServerParts } from "../../src/protocol/sdk-v1.ts";
import { createHttpApp, type HttpAppParts } from "../../src/serving/http.ts";
import { listen } from "../../src/serving/listen.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { type Check, type Checks, expectPassed, runSuite } from "./run-suite.ts";
import { suiteCatalogue } from "./suite-catalogue.ts";

/** What needs the suite's own tools, resources and prompts, and holds with them behind our layers. */
const withItsTools: readonly string[] = [
  "tools-call-simple-text",
  "tools-call-error",
  "tools-call-with-progress",
  "resources-read-text",
  "resources-templates-read",
  "prompts-get-simple",
  "prompts-get-with-args",
  "completion-complete",
];

const onlyText = "wants content that no tool, resource or prompt of this product has: theirs is text";

/** What does not fit in any revision, and why. */
export const notOfThisProduct: Readonly<Record<string, string>> = {
  "tools-call-image": onlyText,
  "tools-call-audio": onlyText,
  "tools-call-embedded-resource": onlyText,
  "tools-call-mixed-content": onlyText,
  "resources-read-binary": onlyText,
  "prompts-get-embedded-resource": onlyText,
  "prompts-get-with-image": onlyText,
  "json-schema-2020-12": "wants $schema, $defs and $ref in one tool's schema, which these do without",
};

export interface Conformance {
  /** The package. */
  readonly suite: string;
  readonly revision: string;
  /** Scenarios that fit any server. */
  readonly ofAnyServer: readonly string[];
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
  const { apart = {}, ofAnyServer, others, revision, serving, suite, wouldPass } = conformance;
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
    beforeAll(async () => {
      checks = await checksOfLayers(serving, suite, revision);
    });

    test.each([...ofAnyServer, ...withItsTools])("%s", (name) => expectPassed(checks.get(name)));
    expectApart(() => checks);

    test("nothing is left out that would pass", () => {
      expect(Object.keys(others).filter((name) => wouldPass(checks.get(name)))).toEqual([]);
    });
  });
}

/** What the suite says of the layers below the tools, with tools of its own above them. */
export async function checksOfLayers(
  serving: Conformance["serving"],
  ...[suite, revision]: readonly [suite: string, revision?: string]
): Promise<Checks> {
  const parts = { catalogue: suiteCatalogue(), clock: systemClock, log: silentLog };
  const app = createHttpApp({
    ...parts,
    ...serving(parts),
    path: "/mcp",
    allowedHosts: [],
    allowedOrigins: [],
  });
  const server = await listen(app.fetch, { hostname: "127.0.0.1", port: 0 });
  try {
    return await runSuite(suite, `${server.url}/mcp`, revision);
  } finally {
    await server.close();
  }
}
