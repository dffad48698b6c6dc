// The official conformance suite over our HTTP server, at the newest revision of the SDK's first line. The suite asks
// for Node 22; Bun runs it too, with the same verdicts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { silentLog, systemClock } from "../../src/ports.ts";
import { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";
import { createHttpApp } from "../../src/serving/http.ts";
import { listen } from "../../src/serving/listen.ts";
import { builtRuntimes, runtimes } from "../support/runtimes.ts";
import { overHttp } from "../support/server-process.ts";
import { type Checks, expectPassed, runSuite } from "./run-suite.ts";
import { suiteCatalogue } from "./suite-catalogue.ts";

setDefaultTimeout(60_000);

const suite = "@modelcontextprotocol/conformance";
const revision = "2025-11-25";

/** What any server can be held to. */
const ofAnyServer = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "prompts-list",
  "dns-rebinding-protection",
];

/** What needs the suite's own tools, resources and prompts, and holds with them behind our layers. */
const withItsTools = [
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
const noRequests = "wants a server that asks its client for something; this one never does";
const noLogging = "logs go to stderr, to the person who runs the server; the capability is not declared";
const noSubscriptions = "over stateless HTTP nothing can be sent later; the capability is not declared there";
const noSessions = "wants a session; this server keeps none";

/** What does not fit, and why. */
const others: Readonly<Record<string, string>> = {
  "tools-call-image": onlyText,
  "tools-call-audio": onlyText,
  "tools-call-embedded-resource": onlyText,
  "tools-call-mixed-content": onlyText,
  "resources-read-binary": onlyText,
  "prompts-get-embedded-resource": onlyText,
  "prompts-get-with-image": onlyText,
  "json-schema-2020-12": "wants $schema, $defs and $ref in one tool's schema, which these do without",
  "tools-call-sampling": noRequests,
  "tools-call-elicitation": noRequests,
  "elicitation-sep1034-defaults": noRequests,
  "elicitation-sep1330-enums": noRequests,
  "tools-call-with-logging": noLogging,
  "logging-set-level": noLogging,
  "resources-subscribe": noSubscriptions,
  "resources-unsubscribe": noSubscriptions,
  "server-sse-polling": noSessions,
  "server-sse-multiple-streams": noSessions,
};

describe.each([...runtimes, ...builtRuntimes])(`conformance at ${revision}: the server on %s`, (runtime) => {
  let checks: Checks;
  let stderr = "";
  beforeAll(async () => {
    await using server = await overHttp(runtime, ["--simulate"]);
    checks = await runSuite(suite, server.url.href, revision);
    stderr = server.stderr();
  });

  test("every scenario of the suite is run, or left out for a reason", () => {
    const known = [...ofAnyServer, ...withItsTools, ...Object.keys(others)];
    expect([...checks.keys()].sort()).toEqual(known.sort());
  });

  test.each(ofAnyServer)("%s", (name) => expectPassed(checks.get(name)));

  test("what asks for things that there are not is no fault of this server's", () => {
    expect(stderr).not.toMatch(/"level":"error"/);
  });
});

describe(`conformance at ${revision}: the layers below the tools`, () => {
  let checks: Checks;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const app = createHttpApp({
      serverFor: sdkV1Servers({ catalogue: suiteCatalogue(), clock: systemClock, log: silentLog }),
      log: silentLog,
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

  test("nothing is left out that would pass", () => {
    const passing = Object.keys(others).filter((name) =>
      checks.get(name)?.some(({ status }) => status === "SUCCESS"),
    );
    expect(passing).toEqual([]);
  });
});
