import { CallError, type CallErrorCode, type CallErrorFacts } from "./call-error.ts";
import type { HttpAnswer } from "./http-answer.ts";

/**
 * The failure that an AWS JSON 1.1 answer stands for, by the error's name: AWS's own documents disagree on the
 * HTTP status that goes with it.
 */
export function readAwsJsonFailure(answer: HttpAnswer, facts: CallErrorFacts): CallError {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) return redirect(headers, facts);
  const text = new TextDecoder().decode(answer.body);
  const body = parseObject(text);
  const name = errorName(headers.get("x-amzn-errortype"), body);
  if (name !== undefined) return namedError(name, messageOf(body), facts);
  if (status === 429) return tooManyRequests(text, facts);
  if (body === undefined) return notJson(text, facts);
  if (status >= 500) return new CallError("service_fault", `AWS answered ${status} and no reason.`, facts);
  return new CallError("unexpected_answer", `The answer has status ${status} and no error name.`, facts);
}

/**
 * The JSON object of a good answer.
 * @throws CallError `not_json`, `unexpected_answer`
 */
export function readJsonObject(
  { body }: HttpAnswer,
  facts: () => CallErrorFacts,
): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson(text, facts());
  }
  if (isObject(value)) return value;
  throw new CallError("unexpected_answer", "The answer is JSON, but not an object.", facts());
}

/** An error that AWS named. `message` is from outside: it goes into the facts, never into our own line. */
export function namedError(name: string, message: string | undefined, facts: CallErrorFacts): CallError {
  const code = codeByName[name] ?? (/throttl|slowdown/i.test(name) ? "throttled" : "unknown_aws_error");
  // What AWS says of a bad signature can quote the request's headers, and with them the session token.
  const quotesRequest = code === "bad_signature" || code === "not_signed";
  return new CallError(code, `${facts.operation ?? "The call"} was refused: ${code}.`, {
    ...facts,
    awsErrorName: name,
    ...(message === undefined || quotesRequest ? {} : { awsMessage: message }),
  });
}

/** Status 429 of an answer without a name: a gateway's on the way as likely as AWS's own. */
export function tooManyRequests(text: string, facts: CallErrorFacts): CallError {
  return new CallError("throttled", "The answer has status 429 and no error name.", {
    ...facts,
    bodyExcerpt: text.slice(0, 300),
  });
}

/** An answer that points elsewhere. Where to is from outside. */
export function redirect(headers: Headers, facts: CallErrorFacts): CallError {
  const location = headers.get("location") ?? "";
  return new CallError("redirect", "The answer is a redirect, which a signed request never follows.", {
    ...facts,
    ...(URL.canParse(location) ? { redirectHost: new URL(location).host } : {}),
  });
}

function notJson(text: string, facts: CallErrorFacts): CallError {
  return new CallError("not_json", "The answer is not JSON.", { ...facts, bodyExcerpt: text.slice(0, 300) });
}

function errorName(
  header: string | null,
  body: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  return nameIn(header) ?? nameIn(body?.__type) ?? nameIn(body?.code);
}

/** AWS writes `namespace#Name` in bodies and `Name:url` in headers. */
function nameIn(given: unknown): string | undefined {
  if (typeof given !== "string") return undefined;
  const name = (given.split(":")[0] ?? "").replace(/^.*#/, "").trim();
  return name === "" ? undefined : name.slice(0, 100);
}

function messageOf(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const message = body?.message ?? body?.Message ?? body?.errorMessage;
  return typeof message === "string" ? message : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const codeByName: Readonly<Record<string, CallErrorCode>> = {
  ValidationException: "validation",
  ValidationError: "validation",
  AccessDeniedException: "access_denied",
  AccessDenied: "access_denied",
  ResourceNotFoundException: "not_found",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
  RequestLimitExceeded: "throttled",
  InternalServerException: "service_fault",
  InternalServerError: "service_fault",
  InternalFailure: "service_fault",
  InternalError: "service_fault",
  ServiceUnavailableException: "service_fault",
  ServiceUnavailable: "service_fault",
  UnrecognizedClientException: "unknown_key",
  InvalidClientTokenId: "unknown_key",
  InvalidSignatureException: "bad_signature",
  SignatureDoesNotMatch: "bad_signature",
  ExpiredTokenException: "expired_token",
  ExpiredToken: "expired_token",
  RequestExpired: "clock_skew",
  RequestTimeTooSkewed: "clock_skew",
  RequestInTheFuture: "clock_skew",
  MissingAuthenticationTokenException: "not_signed",
  MissingAuthenticationToken: "not_signed",
  IncompleteSignatureException: "not_signed",
  IncompleteSignature: "not_signed",
  UnknownOperationException: "wrong_service",
  SerializationException: "wrong_service",
};
