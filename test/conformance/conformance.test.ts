// The official conformance suite over our HTTP server, at the newest revision of the SDK's first line. The suite asks
// for Node 22; Bun runs it too, with the same verdicts.
import { setDefaultTimeout } from "bun:test";
import { legacyEra } from "../../src/protocol/eras.ts";
import { describeConformance, notOfThisProduct } from "./conformance-of.ts";

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

const noRequests = "wants a server that asks its client for something; this one never does";
const noLogging = "logs go to stderr, to the person who runs the server; the capability is not declared";
const noSubscriptions = "over stateless HTTP nothing can be sent later; the capability is not declared there";
const noSessions = "wants a session; this server keeps none";

/** What does not fit, and why. */
const others: Readonly<Record<string, string>> = {
  ...notOfThisProduct,
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
  others,
  serving: (parts) => ({ legacy: legacyEra(parts) }),
  wouldPass: (checks) => checks?.some(({ status }) => status === "SUCCESS") ?? false,
});
