// The official suite's coming version at revision 2026-07-28, over our HTTP server, run as the other one is.
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { legacyEra, modernEra } from "../../src/protocol/eras.ts";
import { type Conformance, checksOfLayers, describeConformance, notOfThisProduct } from "./conformance-of.ts";
import { type Check, type Checks, expectPassed, failuresOf, passed } from "./run-suite.ts";

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

const noRequests = "wants a server that asks its client for input; this one never does";

/** What does not fit, and why. */
const others: Readonly<Record<string, string>> = {
  ...notOfThisProduct,
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

const suite = "conformance-next";
const serving: Conformance["serving"] = (parts) => ({ legacy: legacyEra(parts), modern: modernEra(parts) });

describeConformance({
  suite,
  revision: "2026-07-28",
  ofAnyServer,
  others,
  apart: { [stateless]: expectStateless },
  serving,
  wouldPass: passed,
});

/** Of the tasks extension, with the suite's tools that go on as tasks: all of them want such tools. */
const ofTasks = [
  "tasks-capability-negotiation",
  "tasks-wire-fields",
  "tasks-request-state-removal",
  "tasks-request-headers",
];

/** Those of which one check each does not fit. */
const almost: Readonly<Record<string, { readonly check: string; readonly why: string }>> = {
  "tasks-lifecycle": {
    check: "sep-2663-tasks-get-status-failed",
    why: "wants a task that fails by an error of the protocol; what a wait comes to is always a result",
  },
  "tasks-dispatch-and-envelope": {
    check: "tasks-result-type-complete-on-non-task-responses",
    why: noRequests,
  },
};

const noSkills = "is about the skills extension, which is not offered";

const otherExtensions: Readonly<Record<string, string>> = {
  "tasks-mrtr-input": noRequests,
  "tasks-mrtr-composition": noRequests,
  "tasks-required-task-error":
    "wants a tool that is a task or nothing; a wait can always be answered at once",
  "tasks-status-notifications": "is skipped by the suite itself: modern.test.ts in test/eras has them",
  "sep-2640-skills-directory": noSkills,
  "sep-2640-skills-enumeration": noSkills,
  "sep-2640-skills-manifest": noSkills,
};

describe("conformance of extensions: the layers below the tools", () => {
  let checks: Checks;
  beforeAll(async () => {
    checks = await checksOfLayers(serving, suite);
  });

  test("every scenario is run, or left out for a reason", () => {
    const known = [...ofTasks, ...Object.keys(almost), ...Object.keys(otherExtensions)];
    expect([...checks.keys()].filter((name) => /^(tasks|sep-2640)-/.test(name)).sort()).toEqual(known.sort());
  });

  test.each(ofTasks)("%s", (name) => expectPassed(checks.get(name)));

  test.each(Object.entries(almost))("%s, but for one check", (name, { check }) => {
    expect(failuresOf(checks.get(name)).map(({ id }) => id)).toEqual([check]);
    expect(checks.get(name)?.filter(({ status }) => status === "SUCCESS").length).toBeGreaterThan(5);
  });

  test("nothing is left out that would pass", () => {
    expect(Object.keys(otherExtensions).filter((name) => passed(checks.get(name)))).toEqual([]);
  });
});
