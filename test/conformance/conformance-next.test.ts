// The official suite's coming version at revision 2026-07-28, over our HTTP server, run as the other one is.
import { expect, setDefaultTimeout } from "bun:test";
import { legacyEra, modernEra } from "../../src/protocol/eras.ts";
import { describeConformance } from "./conformance-of.ts";
import { type Check, failuresOf, passed } from "./run-suite.ts";

setDefaultTimeout(60_000);

/** What any server can be held to. */
const ofAnyServer = [
  "tools-list",
  "resources-list",
  "sep-2164-resource-not-found",
  "prompts-list",
  "dns-rebinding-protection",
  "caching",
  "http-header-validation",
  "server-sse-multiple-streams",
  "input-required-result-unsupported-methods",
  "input-required-result-validate-input",
];

/** Four of its twenty-eight checks want diagnostic tools of the suite's own; the others hold for any server. */
const stateless = "server-stateless";
const wantingDiagnosticTools = [
  "sep-2575-server-rejects-undeclared-capability",
  "sep-2575-missing-capability-http-400",
  "sep-2575-http-server-no-independent-requests-on-stream",
  "sep-2575-server-no-log-without-loglevel",
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
const noRequests = "wants a server that asks its client for input; this one never does";

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
  "http-custom-header-server-validation": "wants a tool whose arguments are headers too; none here has any",
  "input-required-result-basic-elicitation": noRequests,
  "input-required-result-basic-sampling": noRequests,
  "input-required-result-basic-list-roots": noRequests,
  "input-required-result-request-state": noRequests,
  "input-required-result-multiple-input-requests": noRequests,
  "input-required-result-multi-round": noRequests,
  "input-required-result-missing-input-response": noRequests,
  "input-required-result-non-tool-request": noRequests,
  "input-required-result-result-type": noRequests,
  "input-required-result-tampered-state": noRequests,
  "input-required-result-capability-check": noRequests,
  "input-required-result-ignore-extra-params": noRequests,
};

function expectStateless(found: readonly Check[] | undefined): void {
  expect(
    failuresOf(found)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...wantingDiagnosticTools].sort());
  for (const { errorMessage } of failuresOf(found)) expect(errorMessage).toStartWith("Not testable:");
  expect(found?.filter(({ status }) => status === "SUCCESS").length).toBeGreaterThan(20);
}

describeConformance({
  suite: "conformance-next",
  revision: "2026-07-28",
  ofAnyServer,
  withItsTools,
  others,
  apart: { [stateless]: expectStateless },
  serving: (parts) => ({ legacy: legacyEra(parts), modern: modernEra(parts) }),
  wouldPass: passed,
});
