import type { CallErrorCode, CallErrorFacts } from "../aws/call-error.ts";
import {
  type CallFailureRow,
  checkEndpoint,
  hostText,
  portText,
  regionText,
  sizeText,
  systemCodeText,
} from "./call-failures-common.ts";
import { durationText } from "./duration-text.ts";
import type { CallFailureExplanation } from "./explanation.ts";
import { cleanText } from "./quote.ts";

type OnTheWayCode = Extract<
  CallErrorCode,
  | "not_json"
  | "unexpected_answer"
  | "too_large"
  | "redirect"
  | "network"
  | "name_not_resolved"
  | "tls"
  | "timeout"
  | "cancelled"
>;

/** Nothing answered, or something that does not speak the service's protocol. */
export const answersOnTheWay: Readonly<Record<OnTheWayCode, CallFailureRow>> = {
  not_json: ({ facts }) => {
    const passing = (facts.httpStatus ?? 0) >= 500;
    const status = facts.httpStatus === undefined ? "" : ` with HTTP status ${facts.httpStatus}`;
    return {
      meaning: `The answer from ${hostText(facts)}${status} is not JSON, or only a part of one: most likely a proxy, a gateway or a login page answered instead of AWS.`,
      whoMustAct: "server_operator",
      remedy: `Check the proxies and gateways on the way to ${hostText(facts)}, and ${checkEndpoint(facts)}.`,
      tryAgain: passing ? "later" : "after_fix",
      ...(passing ? { tryAgainInSeconds: facts.retryAfterSeconds ?? 30 } : {}),
    };
  },

  unexpected_answer: ({ facts }) => ({
    meaning: `${hostText(facts)} answered with ${speaksXml(facts) ? "something" : "JSON"} of a shape that the service does not have.`,
    whoMustAct: "server_operator",
    remedy: `Check ${checkEndpoint(facts)}, and whether this program is up to date.`,
    tryAgain: "after_fix",
  }),

  too_large: ({ facts }) => ({
    meaning: `The answer from ${hostText(facts)} is larger than ${sizeText(facts.limitBytes)} and was not read: AWS's have a few hundred bytes, so something else answered.`,
    whoMustAct: "server_operator",
    remedy: `Check the proxies on the way, and ${checkEndpoint(facts)}.`,
    tryAgain: "after_fix",
  }),

  redirect: ({ facts }) => ({
    meaning: `${hostText(facts)} answered with a redirect${facts.redirectHost === undefined ? "" : ` to ${cleanText(facts.redirectHost, 100)}`}. It was not followed: a signed request goes nowhere else.`,
    whoMustAct: "server_operator",
    remedy: `AWS's service never redirects. Check the proxies on the way, a login page of the network, and ${checkEndpoint(facts)}.`,
    tryAgain: "after_fix",
  }),

  network: ({ facts }) => ({
    meaning: `${hostText(facts)} ${facts.httpStatus === undefined ? "could not be reached" : howItBrokeOff(facts)}${systemCodeText(facts)}.`,
    whoMustAct: "server_operator",
    remedy: `Check this machine's network, firewall, VPC endpoint and proxy for ${hostText(facts)}${portText(facts)}, and ${checkEndpoint(facts)}.`,
    tryAgain: "later",
    tryAgainInSeconds: 15,
  }),

  name_not_resolved: ({ arn, facts }) => ({
    meaning: `The name ${hostText(facts)} does not resolve${systemCodeText(facts)}: no network or DNS, or the service is not offered in ${regionText(arn, facts)}.`,
    whoMustAct: "server_operator",
    remedy: `Check this machine's network and DNS, the region in the ARN, and ${checkEndpoint(facts)}.`,
    tryAgain: "later",
    tryAgainInSeconds: 30,
  }),

  tls: ({ facts }) =>
    facts.speaksTls === false
      ? withoutTls(facts)
      : {
          meaning: `The TLS connection to ${hostText(facts)} was refused${systemCodeText(facts)}: its certificate is not one that this machine trusts, or the machine's clock is off.`,
          whoMustAct: "server_operator",
          remedy:
            "Where the network inspects TLS, give its root certificate: NODE_EXTRA_CA_CERTS=<file> for Node and Bun, DENO_CERT=<file> or DENO_TLS_CA_STORE=system for Deno. Check the clock. Do not turn verification off.",
          tryAgain: "after_fix",
        },

  timeout: ({ facts }) => ({
    meaning: `${hostText(facts)} gave no whole answer${facts.timeoutMs === undefined ? " in time" : ` within ${durationText(facts.timeoutMs / 1000)}`}.`,
    whoMustAct: "server_operator",
    remedy:
      "Ask again; if it stays so, check the network and proxy, or allow more time with --attempt-timeout and --call-timeout.",
    tryAgain: "later",
    tryAgainInSeconds: 10,
  }),

  cancelled: () => ({
    meaning:
      "The call was ended before AWS answered: this program is stopping, or whoever asked has cancelled it.",
    whoMustAct: "caller",
    remedy: "Nothing is broken: ask again if the answer is still wanted.",
    tryAgain: "later",
  }),
};

function withoutTls(facts: CallErrorFacts): Omit<CallFailureExplanation, "name"> {
  return {
    meaning: `The TLS handshake with ${hostText(facts)} failed${systemCodeText(facts)}: most likely it does not speak TLS on this port.`,
    whoMustAct: "server_operator",
    remedy: `Check the port, and whether the URL should begin with http:// (which is taken on loopback only), in ${checkEndpoint(facts)}; and the proxies on the way.`,
    tryAgain: "after_fix",
  };
}

/** A service that names its error has ended the exchange itself: S3, where the rest of a request does not come. */
function howItBrokeOff({ awsErrorName, httpStatus }: CallErrorFacts): string {
  return awsErrorName === undefined
    ? `began to answer (HTTP status ${httpStatus}), and broke off`
    : "gave up waiting for the rest of the request";
}

/** STS and S3 do, Bedrock speaks JSON. */
function speaksXml({ operation = "" }: CallErrorFacts): boolean {
  return ["GetObject", "GetCallerIdentity", "AssumeRole"].includes(operation);
}
