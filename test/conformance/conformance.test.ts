// The official conformance suite over our HTTP server, at the newest revision of the SDK's first line. The suite asks
// for Node 22; Bun runs it too, with the same verdicts.
import { setDefaultTimeout } from "bun:test";
import { legacyEra } from "../../src/protocol/eras.ts";
import { describeConformance } from "./conformance-of.ts";

setDefaultTimeout(60_000);

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

describeConformance({
  suite: "@modelcontextprotocol/conformance",
  revision: "2025-11-25",
  ofAnyServer,
  withItsTools,
  others,
  serving: (parts) => ({ legacy: legacyEra(parts) }),
  wouldPass: (checks) => checks?.some(({ status }) => status === "SUCCESS") ?? false,
});
