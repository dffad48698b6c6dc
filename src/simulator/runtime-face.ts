import type { Clock } from "../ports.ts";
import type { Face } from "./face.ts";
import { type ArnCheck, checkInvocationArn } from "./invocation-arn.ts";
import type { JobAnswer } from "./jobs/behaviour.ts";
import { RateLimit } from "./rate-limit.ts";
import { defaultFleetMs, type SimulatedCall, type SimulatorSettings } from "./settings.ts";
import { SimulatedJobs } from "./simulated-jobs.ts";
import { jsonAnswer, jsonError, type ServiceException } from "./wire/aws-json.ts";
import type { Received } from "./wire/received.ts";
import type { SignatureCheck, SignatureFailureKind } from "./wire/signature-check.ts";
import type { Stamp } from "./wire/stamp.ts";

const target = "AmazonBedrockKeystoneRuntimeService.GetDataAutomationStatus";
const contentType = "application/x-amz-json-1.1";

export interface RuntimeFaceParts {
  readonly clock: Clock;
  readonly checkSignature: SignatureCheck;
  readonly settings: SimulatorSettings;
}

/** Amazon Bedrock Data Automation's runtime API, of which GetDataAutomationStatus is simulated: AWS JSON 1.1. */
export function createRuntimeFace({ clock, checkSignature, settings }: RuntimeFaceParts): Face {
  const jobs = new SimulatedJobs(clock, settings.fleetMs ?? defaultFleetMs);
  const { maxCallsPerSecond } = settings;
  const limit = maxCallsPerSecond === undefined ? undefined : new RateLimit(clock, maxCallsPerSecond);

  const decide = (request: Received, input: Input, arn: ArnCheck): JobAnswer => {
    const refused = checkSignature(request, {
      service: "bedrock",
      // The ARN's region is the endpoint's: on one loopback port there is nothing else to tell it by.
      region: arn.ok && arn.region !== "" ? arn.region : undefined,
      path: "twice",
      payload: "body",
    });
    if (refused !== undefined) return exception(signatureExceptions[refused.kind], refused.reason);
    if (!isStatusCall(request)) {
      return exception({ name: "UnknownOperationException" }, "This is not an operation of the service.");
    }
    if (input === undefined) {
      return exception({ name: "SerializationException" }, "The body is not a JSON object.");
    }
    if (!arn.ok) return exception({ name: arn.exception }, arn.reason);
    if (limit?.allows(`${arn.region} ${arn.accountId}`) === false) {
      return exception({ name: "ThrottlingException", httpStatus: 429 }, "The rate of calls is too high.");
    }
    return (
      jobs.ask(arn.arn) ??
      exception({ name: "ResourceNotFoundException", httpStatus: 404 }, "There is no such invocation.")
    );
  };

  return async (request, stamp, signal) => {
    const arrivedAt = clock.monotonic();
    const input = readInput(request.body);
    const arn = checkInvocationArn(input?.invocationArn);
    const answer = decide(request, input, arn);
    if (answer.kind === "status" && answer.afterMs !== undefined) await clock.sleep(answer.afterMs, signal);
    settings.onCall?.(callOf(arn, answer, arrivedAt));
    return respond(answer, stamp);
  };
}

type Input = Readonly<Record<string, unknown>> | undefined;

function isStatusCall({ method, headers }: Received): boolean {
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  return method === "POST" && type === contentType && headers.get("x-amz-target") === target;
}

/** The body as a JSON object; nothing where it is not one. */
function readInput(body: Uint8Array): Input {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function respond(answer: JobAnswer, stamp: Stamp): Response {
  switch (answer.kind) {
    case "status":
      return jsonAnswer(answer.fields, stamp);
    case "exception":
      return jsonError(answer.exception, stamp);
    case "raw":
      return new Response(answer.body, {
        status: answer.httpStatus,
        headers: { ...answer.headers, date: stamp.date },
      });
  }
}

function callOf(arn: ArnCheck, answer: JobAnswer, arrivedAt: number): SimulatedCall {
  return { ...(arn.ok ? { arn: arn.arn } : {}), answer: nameOf(answer), arrivedAt };
}

function nameOf(answer: JobAnswer): string {
  if (answer.kind === "exception") return answer.exception.name;
  return String(answer.kind === "raw" ? answer.httpStatus : (answer.fields.status ?? "no status"));
}

function exception(of: Omit<ServiceException, "message">, message: string): JobAnswer {
  return { kind: "exception", exception: { ...of, message } };
}

const invalidSignature = { name: "InvalidSignatureException", httpStatus: 403 } as const;

const signatureExceptions: Readonly<Record<SignatureFailureKind, Omit<ServiceException, "message">>> = {
  missing: { name: "MissingAuthenticationTokenException", httpStatus: 403 },
  incomplete: { name: "IncompleteSignatureException", nameIn: "header" },
  unknown_key: { name: "UnrecognizedClientException", httpStatus: 403 },
  keys_expired: { name: "ExpiredTokenException", httpStatus: 403 },
  expired: { name: "RequestExpired" },
  not_yet_valid: { name: "RequestInTheFuture", nameIn: "header" },
  wrong_scope: invalidSignature,
  header_not_signed: invalidSignature,
  payload_mismatch: invalidSignature,
  wrong_signature: invalidSignature,
};
