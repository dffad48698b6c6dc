import { describe, expect, test } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CallError, type CallErrorCode, type CallErrorFacts } from "../../src/aws/call-error.ts";
import { createS3Client, type GetObjectOptions } from "../../src/aws/s3-client.ts";
import { callerNamed } from "../support/caller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type Script, type SeenRequest, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { StepClock } from "../support/step-clock.ts";
import { keys, partsAt, place, storeAt, xmlError } from "./s3-world.ts";

const address = { bucket: "example-output-bucket", key: "jobs//0a1b/job_metadata.json" };
const defaults: GetObjectOptions = { place, maxBytes: 1000 };

function regionOf({ headers }: SeenRequest): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\/s3\//.exec(headers.get("authorization") ?? "")?.[1] ?? "none";
}

async function ask(script: Script, options: Partial<GetObjectOptions> = {}) {
  await using endpoint = scriptedEndpoint(script);
  const store = storeAt(endpoint.url, new StepClock({ timeouts: [10_000, 30_000] }));
  const outcome = await store
    .getObject(address, { ...defaults, ...options })
    .then((body) => new TextDecoder().decode(body))
    .catch((thrown: unknown) => thrown);
  return { outcome, regions: endpoint.requests.map(regionOf) };
}

function failure(outcome: unknown): { readonly code: CallErrorCode; readonly facts: CallErrorFacts } {
  if (outcome instanceof CallError) return outcome;
  throw new Error(`not a CallError: ${Bun.inspect(outcome)}`);
}

describe("each refusal of S3 has a code of its own, and is asked again only where that can help", () => {
  const rows: [CallErrorCode, number, Response | (() => Response)][] = [
    ["not_found", 1, xmlError("NoSuchKey", 404)],
    ["no_such_bucket", 1, xmlError("NoSuchBucket", 404)],
    ["access_denied", 1, xmlError("AccessDenied", 403, { message: "Access Denied" })],
    [
      "kms_denied",
      1,
      xmlError("AccessDenied", 403, {
        message:
          "User: arn:aws:iam::111122223333:user/x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1",
      }),
    ],
    [
      "bucket_of_other_account",
      1,
      xmlError("AccessDenied", 403, {
        message:
          "User: arn:aws:iam::111122223333:user/x is not authorized to perform: s3:GetObject on resource: &quot;arn:aws:s3:::b/k&quot; because no resource-based policy allows the s3:GetObject action",
      }),
    ],
    ["kms_key_unusable", 1, xmlError("KMS.DisabledException", 400)],
    ["kms_key_unusable", 1, xmlError("KMS.KMSInvalidStateException", 400)],
    ["object_archived", 1, xmlError("InvalidObjectState", 403)],
    ["unknown_key", 1, xmlError("InvalidAccessKeyId", 403)],
    ["unknown_key", 1, xmlError("InvalidToken", 400)],
    ["expired_token", 2, () => xmlError("ExpiredToken", 400)],
    ["bad_signature", 1, xmlError("SignatureDoesNotMatch", 403)],
    ["throttled", 3, () => xmlError("SlowDown", 503)],
    ["throttled", 3, () => new Response("Too many", { status: 429 })],
    ["service_fault", 3, () => xmlError("InternalError", 500)],
    ["wrong_region", 1, xmlError("IllegalLocationConstraintException", 400)],
    ["service_fault", 3, () => xmlError("ServiceUnavailable", 503)],
    ["network", 3, () => xmlError("RequestTimeout", 400)],
    ["unknown_aws_error", 1, xmlError("SomethingNew", 400)],
    [
      "redirect",
      1,
      new Response(null, { status: 302, headers: { location: "https://elsewhere.example/x" } }),
    ],
    ["service_fault", 3, () => new Response("<html>bad gateway</html>", { status: 502 })],
    ["unexpected_answer", 1, new Response("<html>who are you</html>", { status: 403 })],
  ];
  for (const [code, calls, answer] of rows) {
    const name = typeof answer === "function" ? "a passing one" : String(answer.status);
    test(`${code} (${name}), ${calls} call${calls === 1 ? "" : "s"}`, async () => {
      const { outcome, regions } = await ask(typeof answer === "function" ? answer : () => answer.clone());
      expect([failure(outcome).code, regions.length]).toEqual([code, calls]);
    });
  }

  test("and what S3 repeats of a signed request is not kept", async () => {
    const { outcome } = await ask(({ headers }) => {
      const token = headers.get("x-amz-security-token") ?? "";
      return xmlError("SignatureDoesNotMatch", 403, {
        message: `does not match: x-amz-security-token:${token}`,
        inside: `<CanonicalRequest>GET\nx-amz-security-token:${token}</CanonicalRequest><StringToSign>${token}</StringToSign>`,
      });
    });
    const { facts } = failure(outcome);
    expect(facts.awsErrorName).toBe("SignatureDoesNotMatch");
    expect(JSON.stringify([facts, outcome])).not.toContain(keys.sessionToken);
  });

  test("with AWS's name, words and request id", async () => {
    const { outcome } = await ask(() => xmlError("AccessDenied", 403, { message: "Access &lt;Denied&gt;" }));
    expect(failure(outcome).facts).toMatchObject({
      operation: "GetObject",
      awsErrorName: "AccessDenied",
      awsMessage: "Access <Denied>",
      requestId: "REQ1",
      httpStatus: 403,
    });
  });
});

describe("the bucket's own region is found", () => {
  const answers: [string, () => Response][] = [
    [
      "a redirect's header",
      () => xmlError("PermanentRedirect", 301, { headers: { "x-amz-bucket-region": "eu-west-3" } }),
    ],
    [
      "a redirect's endpoint",
      () =>
        xmlError("PermanentRedirect", 301, { inside: "<Endpoint>b.s3.eu-west-3.amazonaws.com</Endpoint>" }),
    ],
    [
      "a temporary redirect's old endpoint",
      () =>
        xmlError("TemporaryRedirect", 307, { inside: "<Endpoint>b.s3-eu-west-3.amazonaws.com</Endpoint>" }),
    ],
    [
      "a refused signature",
      () => xmlError("AuthorizationHeaderMalformed", 400, { inside: "<Region>eu-west-3</Region>" }),
    ],
  ];
  for (const [what, elsewhere] of answers) {
    test(`from ${what}, and asked there with a signature for it`, async () => {
      const { outcome, regions } = await ask((request) =>
        regionOf(request) === "eu-west-3" ? new Response("found") : elsewhere(),
      );
      expect(outcome).toBe("found");
      expect(regions).toEqual(["us-east-1", "eu-west-3"]);
    });
  }

  const moved = (region: string) =>
    xmlError("PermanentRedirect", 301, { headers: { "x-amz-bucket-region": region } });

  test("and remembered for this bucket, not for another", async () => {
    await using endpoint = scriptedEndpoint((request) =>
      request.path.startsWith("/example-output-bucket/") && regionOf(request) !== "eu-west-3"
        ? moved("eu-west-3")
        : new Response("found"),
    );
    const store = storeAt(endpoint.url);
    await store.getObject(address, defaults);
    await store.getObject({ ...address, key: "other" }, defaults);
    await store.getObject({ ...address, bucket: "another-bucket" }, defaults);
    expect(endpoint.requests.map(regionOf)).toEqual(["us-east-1", "eu-west-3", "eu-west-3", "us-east-1"]);
  });

  test("but a region of another partition, or none, is not asked", async () => {
    for (const region of ["cn-north-1", "evil.example.com", "us-east-1"]) {
      const { outcome, regions } = await ask(() => moved(region));
      expect(failure(outcome).code).toBe("wrong_region");
      expect(regions).toEqual(["us-east-1"]);
    }
  });

  test("and S3 answers that send it round in a circle come to an end", async () => {
    const { outcome, regions } = await ask((request) =>
      moved(regionOf(request) === "eu-west-3" ? "us-east-1" : "eu-west-3"),
    );
    expect(failure(outcome).code).toBe("wrong_region");
    expect(regions).toEqual(["us-east-1", "eu-west-3", "us-east-1"]);
  });
});

describe("a large object", () => {
  test("that says how large it is, is refused without waiting for it", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-length": "5000000000" });
      response.flushHeaders();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await storeAt(`http://127.0.0.1:${port}`)
      .getObject(address, defaults)
      .catch((thrown: unknown) => thrown);
    expect(failure(outcome)).toMatchObject({
      code: "too_large",
      facts: { limitBytes: 1000, sizeBytes: 5_000_000_000 },
    });
    server.closeAllConnections();
    server.close();
  });

  test("that does not, is read up to the cap and no further", async () => {
    let chunks = 0;
    const { outcome } = await ask(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              chunks += 1;
              if (chunks > 10_000) controller.close();
              else controller.enqueue(new Uint8Array(1000));
            },
          }),
        ),
    );
    expect(failure(outcome)).toMatchObject({ code: "too_large", facts: { limitBytes: 1000 } });
    expect(chunks).toBeLessThan(10_000);
  });

  test("that comes as small views of a buffer that is used again keeps nothing of that buffer", async () => {
    const lent = new Uint8Array(64 * 1024);
    let piece = 0;
    const store = createS3Client({
      ...partsAt("http://127.0.0.1:9"),
      fetch: async () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                if (piece === 200) return controller.close();
                lent.fill(piece);
                controller.enqueue(lent.subarray(0, 4096));
                piece += 1;
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    });
    const body = await store.getObject(address, { place, maxBytes: 1_000_000 });
    expect(body.byteLength).toBe(200 * 4096);
    expect(body.every((byte, index) => byte === Math.floor(index / 4096))).toBe(true);
  });

  test("of exactly the cap is whole, byte for byte", async () => {
    const text = "0123456789".repeat(100);
    for (const chunked of [false, true]) {
      const { outcome } = await ask(() => new Response(chunked ? new Blob([text]).stream() : text));
      expect(outcome).toBe(text);
    }
  });
});

describe("a slow object", () => {
  /** Asks for an object whose body comes in pieces, each this many milliseconds after the one before. */
  async function inPieces(gapsMs: readonly number[]) {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    const store = createS3Client({
      ...partsAt("http://127.0.0.1:9"),
      clock,
      maxAttempts: 1,
      fetch: async () => {
        asked.resolve();
        const body = new ReadableStream({
          async start(controller) {
            for (const gap of gapsMs) {
              await clock.sleep(gap);
              controller.enqueue(new TextEncoder().encode("piece "));
            }
            controller.close();
          },
        });
        return new Response(body);
      },
    });
    const outcome = store.getObject(address, defaults).then(
      (body) => new TextDecoder().decode(body),
      (thrown: unknown) => failure(thrown),
    );
    const ended = outcome.then(() => true);
    await asked.promise;
    for (let second = 0; second < 60; second += 1) {
      // What came has to be read before more time passes.
      if (await Promise.race([ended, Bun.sleep(0).then(() => false)])) break;
      await clock.advance(1000);
    }
    return await outcome;
  }

  test("is waited for as long as it goes on coming", async () => {
    const outcome = await inPieces([9000, 9000, 9000]);
    expect(outcome).toBe("piece piece piece ");
  });

  test("that stops coming is given up", async () => {
    const outcome = await inPieces([4000, 11_000]);
    expect(outcome).toMatchObject({ code: "timeout", facts: { timeoutMs: 14_000 } });
  });

  test("that never ends is given up when the whole call's time is up", async () => {
    const outcome = await inPieces(Array(20).fill(4000));
    expect(outcome).toMatchObject({ code: "timeout", facts: { timeoutMs: 30_000 } });
  });
});

describe("many at once", () => {
  test("are fetched eight at a time, and all arrive", async () => {
    let now = 0;
    let most = 0;
    await using endpoint = scriptedEndpoint(async ({ path }) => {
      now += 1;
      most = Math.max(most, now);
      await Bun.sleep(2);
      now -= 1;
      return new Response(path);
    });
    const store = storeAt(endpoint.url);
    const bodies = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.getObject({ bucket: "many", key: `k${index}` }, defaults),
      ),
    );
    expect(bodies.map((body) => new TextDecoder().decode(body))).toEqual(
      Array.from({ length: 50 }, (_, index) => `/many/k${index}`),
    );
    expect(most).toBe(8);
  });

  test("whoever gives up, under way or waiting, hears so at once and leaves the others alone", async () => {
    const open = Promise.withResolvers<void>();
    await using endpoint = scriptedEndpoint(async ({ path }) => {
      await open.promise;
      return new Response(path);
    });
    const store = storeAt(endpoint.url);
    const leaving = new AbortController();
    const get = (index: number, signal?: AbortSignal) =>
      store.getObject({ bucket: "many", key: `k${index}` }, { ...defaults, signal }).then(
        () => "read",
        (thrown: unknown) => failure(thrown).code,
      );
    const calls = Array.from({ length: 12 }, (_, index) =>
      get(index, index % 2 === 0 ? leaving.signal : undefined),
    );
    await endpoint.arrived(8);
    leaving.abort();
    const gone = await Promise.all(calls.filter((_, index) => index % 2 === 0));
    expect(gone).toEqual(Array(6).fill("cancelled"));
    open.resolve();
    expect(await Promise.all(calls.filter((_, index) => index % 2 === 1))).toEqual(Array(6).fill("read"));
    expect(await get(99)).toBe("read");
  });

  test("of one caller do not hold up another's", async () => {
    const open = Promise.withResolvers<void>();
    await using endpoint = scriptedEndpoint(async ({ path }) => {
      if (path.startsWith("/alices")) await open.promise;
      return new Response(path);
    });
    const store = storeAt(endpoint.url);
    const get = (bucket: string, key: string, name: string) =>
      store.getObject({ bucket, key }, { ...defaults, caller: callerNamed(name) });
    const alices = Array.from({ length: 20 }, (_, index) => get("alices", `k${index}`, "alice"));
    await endpoint.arrived(8);
    await get("bobs", "k", "bob");
    expect(endpoint.requests.length).toBe(9);
    open.resolve();
    expect((await Promise.all(alices)).length).toBe(20);
  });
});
