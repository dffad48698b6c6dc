import { describe, expect, test } from "bun:test";
import type { InvocationArn } from "../../src/aws/arn.ts";
import { readInvocationArn } from "../../src/aws/arn.ts";
import { CallError } from "../../src/aws/call-error.ts";
import { type AskSource, CredentialMemory } from "../../src/aws/credential-memory.ts";
import type { CredentialSource, Credentials } from "../../src/aws/credentials.ts";
import { createRuntimeClient } from "../../src/aws/runtime-client.ts";
import { type Log, type LogFields, silentLog } from "../../src/ports.ts";
import { awsError, jobAnswer, type Script, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { StepClock } from "../support/step-clock.ts";

const attemptTimeoutMs = 10_000;
const totalTimeoutMs = 30_000;
const arn = arnOf("arn:aws:bedrock:eu-west-1:111122223333:data-automation-invocation/0a1b2c3d");

function arnOf(text: string): InvocationArn {
  const reading = readInvocationArn(text);
  if (!reading.ok) throw new Error("not an ARN");
  return reading.arn;
}

function keys(accessKeyId: string): Credentials {
  return { accessKeyId, secretAccessKey: "s", source: "environment", signingKeys: new Map() };
}

/** Hands out these keys one after the other: the next when the last have been refused. */
class Keyring implements CredentialSource {
  readonly #all: Credentials[];
  constructor(...ids: string[]) {
    this.#all = ids.map(keys);
  }
  async get() {
    const [first] = this.#all;
    if (first === undefined) throw new Error("no keys left");
    return first;
  }
  refused(credentials: Credentials) {
    if (this.#all[0] === credentials && this.#all.length > 1) this.#all.shift();
  }
}

interface Setup {
  readonly script: Script;
  readonly credentials?: CredentialSource;
  readonly maxAttempts?: number;
  readonly random?: () => number;
  readonly log?: Log;
}

async function ask({
  script,
  credentials = new Keyring("AKIA1"),
  maxAttempts = 3,
  random = () => 0.5,
  log = silentLog,
}: Setup) {
  await using endpoint = scriptedEndpoint(script);
  const clock = new StepClock({ timeouts: [attemptTimeoutMs, totalTimeoutMs] });
  const client = createRuntimeClient({
    fetch,
    clock,
    random,
    log,
    credentials,
    maxAttempts,
    attemptTimeoutMs,
    totalTimeoutMs,
    endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
  });
  const outcome = await client.getDataAutomationStatus(arn).catch((thrown: unknown) => thrown);
  return { outcome, requests: endpoint.requests, pauses: clock.pauses };
}

function failed(outcome: unknown): CallError {
  if (outcome instanceof CallError) return outcome;
  throw new Error(`not a CallError: ${Bun.inspect(outcome)}`);
}

describe("what AWS says of a job is passed on word for word", () => {
  test("all seven fields, times in UTC with the milliseconds AWS sent", async () => {
    const { outcome } = await ask({
      script: () =>
        jobAnswer({
          status: "ClientError",
          errorType: "Some Type",
          errorMessage: "  two\nlines ",
          outputConfiguration: { s3Uri: "s3://b/a//job_metadata.json" },
          jobSubmissionTime: "2026-03-05T16:42:14.123456+02:00",
          jobCompletionTime: 1772721734.5,
          jobDurationInSeconds: 12,
        }),
    });
    expect(outcome).toEqual({
      status: "ClientError",
      errorType: "Some Type",
      errorMessage: "  two\nlines ",
      outputConfiguration: { s3Uri: "s3://b/a//job_metadata.json" },
      jobSubmissionTime: "2026-03-05T14:42:14.123Z",
      jobCompletionTime: "2026-03-05T14:42:14.500Z",
      jobDurationInSeconds: 12,
    });
  });

  test("an unknown status passes through, and absent or null fields are absent", async () => {
    const { outcome } = await ask({
      script: () => jobAnswer({ status: "Paused", errorType: null, outputConfiguration: {} }),
    });
    expect(outcome).toEqual({ status: "Paused" });
  });

  test("a text of nothing that anybody sees is absent", async () => {
    const { outcome } = await ask({
      script: () =>
        jobAnswer({
          status: "ClientError",
          errorType: "",
          errorMessage: " \u200b\n",
          outputConfiguration: { s3Uri: " " },
        }),
    });
    expect(outcome).toEqual({ status: "ClientError" });
    expect((await ask({ script: () => jobAnswer({ status: "" }) })).outcome).toEqual({});
  });

  test("a time in milliseconds, where seconds are wanted, is no time in the year 58010", async () => {
    const { outcome } = await ask({
      script: () =>
        jobAnswer({ status: "Success", jobSubmissionTime: 1772721734500, jobCompletionTime: 1772721735 }),
    });
    expect(outcome).toEqual({ status: "Success", jobCompletionTime: "2026-03-05T14:42:15.000Z" });
  });

  test("a field of a form that the model does not have costs only itself", async () => {
    const { outcome } = await ask({
      script: () =>
        jobAnswer({
          status: "Success",
          errorType: 7,
          jobSubmissionTime: "yesterday",
          jobDurationInSeconds: "12",
        }),
    });
    expect(outcome).toEqual({ status: "Success" });
  });
});

test("the request is the service's protocol, signed for bedrock in the ARN's region", async () => {
  const { requests } = await ask({ script: () => jobAnswer() });
  const [request] = requests;
  expect(request?.method).toBe("POST");
  expect(request?.path).toBe("/");
  expect(JSON.parse(request?.body ?? "")).toEqual({ invocationArn: arn.text });
  expect(request?.headers.get("x-amz-target")).toBe(
    "AmazonBedrockKeystoneRuntimeService.GetDataAutomationStatus",
  );
  expect(request?.headers.get("authorization")).toMatch(
    /Credential=AKIA1\/\d{8}\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
});

describe("errors are told by their name, whatever the HTTP status", () => {
  test.each([
    ["ValidationException", "validation"],
    ["AccessDeniedException", "access_denied"],
    ["ResourceNotFoundException", "not_found"],
    ["ThrottlingException", "throttled"],
    ["TooManyRequestsException", "throttled"],
    ["InternalServerException", "service_fault"],
    ["ServiceUnavailableException", "service_fault"],
    ["UnrecognizedClientException", "unknown_key"],
    ["InvalidClientTokenId", "unknown_key"],
    ["InvalidSignatureException", "bad_signature"],
    ["SignatureDoesNotMatch", "bad_signature"],
    ["ExpiredTokenException", "expired_token"],
    ["RequestExpired", "clock_skew"],
    ["RequestTimeTooSkewed", "clock_skew"],
    ["RequestInTheFuture", "clock_skew"],
    ["MissingAuthenticationTokenException", "not_signed"],
    ["MissingAuthenticationToken", "not_signed"],
    ["IncompleteSignatureException", "not_signed"],
    ["IncompleteSignature", "not_signed"],
    ["UnknownOperationException", "wrong_service"],
    ["SerializationException", "wrong_service"],
    ["SomethingNewException", "unknown_aws_error"],
  ])("%s is %s, in the body or in the header", async (name, code) => {
    // AWS quotes the request that it could not verify, headers and token and all: those words are not kept.
    const words = ["bad_signature", "not_signed"].includes(code) ? undefined : "why";
    for (const status of [400, 403, 500]) {
      const inBody = failed(
        (await ask({ script: () => awsError(name, "why", { status }), maxAttempts: 1 })).outcome,
      );
      expect([
        inBody.code,
        inBody.facts.awsErrorName,
        inBody.facts.awsMessage,
        inBody.facts.requestId,
      ]).toEqual([code as typeof inBody.code, name, words, "req-1"]);
      const header = new Response(JSON.stringify({ Message: "why" }), {
        status,
        headers: { "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/` },
      });
      const inHeader = failed((await ask({ script: () => header.clone(), maxAttempts: 1 })).outcome);
      expect([inHeader.code, inHeader.facts.awsErrorName, inHeader.facts.awsMessage]).toEqual([
        code as typeof inHeader.code,
        name,
        words,
      ]);
    }
  });
});

test("a name in the body counts where the header is empty", async () => {
  const { outcome } = await ask({
    script: () => awsError("ResourceNotFoundException", "why", { headers: { "x-amzn-errortype": "" } }),
  });
  expect([failed(outcome).code, failed(outcome).facts.awsErrorName]).toEqual([
    "not_found",
    "ResourceNotFoundException",
  ]);
});

describe("too many requests, by the status of an answer without a name", () => {
  test.each(['{"message":"Too many"}', "Too many", "<html>Too many</html>", ""])("%j", async (body) => {
    const { outcome, pauses, requests } = await ask({
      script: () => new Response(body, { status: 429, headers: { "retry-after": "1" } }),
    });
    const { code, facts } = failed(outcome);
    expect([code, facts.httpStatus, facts.retryAfterSeconds, facts.bodyExcerpt]).toEqual([
      "throttled",
      429,
      1,
      body,
    ]);
    expect([requests.length, pauses]).toEqual([3, [1000, 1000]]);
  });

  test("but AWS's name counts for more", async () => {
    const { outcome } = await ask({ script: () => awsError("ValidationException", "", { status: 429 }) });
    expect(failed(outcome).code).toBe("validation");
  });
});

describe("an answer that is not the service's", () => {
  test("an HTML page is told as such, with its beginning", async () => {
    const page = "<html><body>502 Bad Gateway</body></html>";
    const { outcome, requests } = await ask({ script: () => new Response(page, { status: 502 }) });
    const error = failed(outcome);
    expect([error.code, error.facts.httpStatus, error.facts.bodyExcerpt]).toEqual(["not_json", 502, page]);
    expect(requests.length).toBe(3);
  });

  test("an HTML page with status 200, of a captive portal, is no answer", async () => {
    const { outcome, requests } = await ask({ script: () => new Response("<html>log in</html>") });
    expect([failed(outcome).code, requests.length]).toEqual(["not_json", 1]);
  });

  test("half a JSON", async () => {
    const { outcome } = await ask({ script: () => new Response('{"status":"Succ') });
    expect(failed(outcome).code).toBe("not_json");
  });

  test("JSON that is no object", async () => {
    const { outcome } = await ask({ script: () => Response.json(["Success"]) });
    expect(failed(outcome).code).toBe("unexpected_answer");
  });

  test("an answer over 1 MiB is not read to its end", async () => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 65536;
            controller.enqueue(new Uint8Array(65536));
          },
        }),
      );
    const { outcome } = await ask({ script: endless });
    expect([failed(outcome).code, failed(outcome).facts.limitBytes]).toEqual(["too_large", 1024 * 1024]);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  test("a redirect is never followed", async () => {
    await using elsewhere = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const { outcome, requests } = await ask({ script: () => Response.redirect(`${elsewhere.url}/x`, 307) });
    const error = failed(outcome);
    expect([error.code, error.facts.redirectHost]).toEqual(["redirect", new URL(elsewhere.url).host]);
    expect([requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });
});

describe("retries", () => {
  const throttledTwice: Script = (_, index) =>
    index < 2
      ? awsError("ThrottlingException", "slow down", { status: 429 })
      : jobAnswer({ status: "Success" });

  test("throttled twice, then fine, with growing pauses of full jitter", async () => {
    const { outcome, pauses } = await ask({ script: throttledTwice });
    expect(outcome).toEqual({ status: "Success" });
    expect(pauses).toEqual([250, 500]);
    expect((await ask({ script: throttledTwice, random: () => 0 })).pauses).toEqual([0, 0]);
  });

  test("up to the attempts in all, which the failure tells", async () => {
    const { outcome, requests } = await ask({
      script: () => awsError("InternalServerException", "oops", { status: 500 }),
    });
    expect([failed(outcome).facts.attempts, requests.length]).toEqual([3, 3]);
    const once = await ask({ script: throttledTwice, maxAttempts: 1 });
    expect([failed(once.outcome).facts.attempts, once.requests.length]).toEqual([1, 1]);
  });

  test("Retry-After is honoured, in seconds", async () => {
    const script: Script = (_, index) =>
      index > 0
        ? jobAnswer()
        : awsError("ThrottlingException", "", { status: 429, headers: { "retry-after": "7" } });
    expect((await ask({ script })).pauses).toEqual([7000]);
  });

  const pausesAfter = async (retryAfter: string) =>
    (
      await ask({
        script: (_, index) =>
          index > 0
            ? jobAnswer()
            : awsError("ThrottlingException", "", { status: 429, headers: { "retry-after": retryAfter } }),
      })
    ).pauses;

  test("as a date, it is waited for as well", async () => {
    const [pause = 0] = await pausesAfter(new Date(Date.now() + 7_500).toUTCString());
    expect(pause).toBeWithin(6000, 8001);
  });

  test.each([
    "-5",
    "0.5",
    "0",
    "99999999999999999999999",
    "1e3",
    "5 apples",
    "soon",
    "Wed, 21 Oct 2015 07:28:00 GMT",
  ])("a Retry-After of %s is none: the usual pause is made", async (retryAfter) => {
    expect(await pausesAfter(retryAfter)).toEqual([250]);
  });

  test("however long it says, no more than an hour is told", async () => {
    const { outcome } = await ask({
      script: () => awsError("ThrottlingException", "", { status: 429, headers: { "retry-after": "86400" } }),
    });
    expect(failed(outcome).facts.retryAfterSeconds).toBe(3600);
  });

  test("the log says that a call is given up where the time left is too short for its pause", async () => {
    const next: unknown[] = [];
    const log = { ...silentLog, debug: (_: string, fields: LogFields = {}) => void next.push(fields.next) };
    const headers = { "retry-after": "3600" };
    await ask({ script: () => awsError("ThrottlingException", "", { headers }), log });
    expect(next).toEqual(["give_up"]);
  });

  test("a Retry-After that outlasts the call ends it at once, with the reason and the time", async () => {
    const { outcome, requests, pauses } = await ask({
      script: () => awsError("ThrottlingException", "", { status: 429, headers: { "retry-after": "3600" } }),
    });
    expect([failed(outcome).code, failed(outcome).facts.retryAfterSeconds]).toEqual(["throttled", 3600]);
    expect([requests.length, pauses]).toEqual([1, []]);
  });

  test.each([
    "ValidationException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
  ])("never on %s", async (name) => {
    expect((await ask({ script: () => awsError(name, "") })).requests.length).toBe(1);
  });
});

describe("a clock that is off", () => {
  const offset = 3_600_000;
  const date = () => new Date(Date.now() + offset).toUTCString();

  test.each(["RequestTimeTooSkewed", "InvalidSignatureException", "RequestExpired"])(
    "is corrected from the answer's Date after %s, and the call made once more",
    async (name) => {
      const { outcome, requests, pauses } = await ask({
        maxAttempts: 1,
        script: (_, index) =>
          index === 0 ? awsError(name, "Signature expired", { headers: { date: date() } }) : jobAnswer(),
      });
      expect(outcome).toEqual({ status: "InProgress" });
      expect(pauses).toEqual([]);
      const [first, second] = requests.map(({ headers }) => headers.get("x-amz-date") ?? "");
      expect(amzTime(second) - amzTime(first)).toBeWithin(offset - 10_000, offset + 10_000);
    },
  );

  test("only once: if it is refused again, the failure says how far it is off", async () => {
    const { outcome, requests } = await ask({
      script: () => awsError("RequestTimeTooSkewed", "", { headers: { date: date() } }),
    });
    expect(requests.length).toBe(2);
    expect(failed(outcome).facts.clockOffsetSeconds).toBeWithin(-3610, -3590);
  });

  test("a wrong key with a good clock is no fault of the clock", async () => {
    const { requests } = await ask({ script: () => awsError("InvalidSignatureException", "") });
    expect(requests.length).toBe(1);
  });
});

describe("credentials that expired", () => {
  const refuseFirst: Script = (request) =>
    request.headers.get("authorization")?.includes("AKIA1/")
      ? awsError("ExpiredTokenException", "The security token included in the request is expired")
      : jobAnswer({ status: "Success" });

  test("are got anew, once, and the call made once more", async () => {
    const { outcome, requests } = await ask({
      script: refuseFirst,
      credentials: new Keyring("AKIA1", "AKIA2"),
      maxAttempts: 1,
    });
    expect(outcome).toEqual({ status: "Success" });
    expect(requests.length).toBe(2);
  });

  test("and are still expired: told after the second call, with where they came from", async () => {
    const { outcome, requests } = await ask({ script: refuseFirst, credentials: new Keyring("AKIA1") });
    expect([failed(outcome).code, failed(outcome).facts.credentialSource]).toEqual([
      "expired_token",
      "environment",
    ]);
    expect(requests.length).toBe(2);
  });
});

describe("time-outs and cancellation", () => {
  const shortTotalMs = 15_000;

  function start(script: Script, signal?: AbortSignal) {
    const endpoint = scriptedEndpoint(script);
    const clock = new StepClock({ timeouts: [attemptTimeoutMs, shortTotalMs - attemptTimeoutMs] });
    const client = createRuntimeClient({
      fetch,
      clock,
      random: () => 0,
      log: silentLog,
      credentials: new Keyring("AKIA1"),
      maxAttempts: 2,
      attemptTimeoutMs,
      totalTimeoutMs: shortTotalMs,
      endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
    });
    const outcome = client.getDataAutomationStatus(arn, { signal }).catch((thrown: unknown) => thrown);
    return { endpoint, clock, outcome };
  }
  const silence = () => new Promise<Response>(() => {});

  test("an attempt that takes too long is given up and made again", async () => {
    const { endpoint, clock, outcome } = start((_, index) => (index === 0 ? silence() : jobAnswer()));
    await using _ = endpoint;
    await endpoint.arrived(1);
    clock.runOut(attemptTimeoutMs);
    expect(await outcome).toEqual({ status: "InProgress" });
  });

  test("a call that takes too long in all ends as a time-out, whatever the attempts, and hangs up", async () => {
    const { endpoint, clock, outcome } = start(silence);
    await using _ = endpoint;
    await endpoint.arrived(1);
    clock.runOut(attemptTimeoutMs);
    await endpoint.arrived(2);
    clock.runOut(shortTotalMs - attemptTimeoutMs);
    expect([failed(await outcome).code, failed(await outcome).facts.attempts]).toEqual(["timeout", 2]);
    await endpoint.hungUp;
  });

  test("waiting for credentials takes of the call's time, and a source that takes all of it is told", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer());
    const clock = new StepClock({ timeouts: [2_000] });
    const neverAnswers: AskSource = (onSource) => {
      onSource("profile slow (credential_process)");
      return new Promise(() => {});
    };
    const client = createRuntimeClient({
      fetch,
      clock,
      random: () => 0,
      log: silentLog,
      credentials: new CredentialMemory(neverAnswers, clock, silentLog),
      maxAttempts: 2,
      attemptTimeoutMs: 1_000,
      totalTimeoutMs: 2_000,
      endpoint: { useFips: false, useDualStack: false, endpointUrl: endpoint.url },
    });
    for (const ask of [() => client.getDataAutomationStatus(arn), () => client.credentialKey()]) {
      const outcome = ask().catch((thrown: unknown) => thrown);
      await Bun.sleep(0);
      clock.runOut(2_000);
      expect(failed(await outcome)).toMatchObject({
        code: "credentials_failed",
        message: "The source of the credentials has not answered within 2 s.",
        facts: { credentialSource: "profile slow (credential_process)" },
      });
    }
    expect(endpoint.requests).toEqual([]);
  });

  test("the client's cancellation stops the fetch at once, and hangs up", async () => {
    const cancelling = new AbortController();
    const { endpoint, outcome } = start(silence, cancelling.signal);
    await using _ = endpoint;
    await endpoint.arrived(1);
    cancelling.abort();
    expect(failed(await outcome).code).toBe("cancelled");
    await endpoint.hungUp;
  });

  test("the client's cancellation stops a body that does not end", async () => {
    const cancelling = new AbortController();
    const { endpoint, outcome } = start(
      () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('{"status":'));
              setTimeout(() => cancelling.abort(), 5);
            },
          }),
        ),
      cancelling.signal,
    );
    await using _ = endpoint;
    expect(failed(await outcome).code).toBe("cancelled");
  });

  test("a call that is cancelled before it begins reaches nobody", async () => {
    const { endpoint, outcome } = start(silence, AbortSignal.abort());
    await using _ = endpoint;
    expect(failed(await outcome).code).toBe("cancelled");
    expect(endpoint.requests.length).toBe(0);
  });
});

function amzTime(text = ""): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
