import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { runScript, runtimes } from "../support/runtimes.ts";
import { hostileKey, hostileKeys } from "./hostile-keys.ts";
import { rawEndpoint } from "./raw-endpoint.ts";
import { type ArrivedRequest, authorizationByAws, keys, place, storeAt } from "./s3-world.ts";

const bucket = "example-output-bucket";

/** AWS's SDK; `handler` stands for the network. */
function sdk(endpoint: string, handler: object = {}): S3Client {
  return new S3Client({
    region: "us-east-1",
    endpoint,
    forcePathStyle: true,
    credentials: keys,
    maxAttempts: 1,
    ...handler,
  });
}

/** What AWS's SDK is about to put on the wire, without a wire: that costs it 40 ms each time. */
async function sdkRequest(endpoint: string, key: string): Promise<ArrivedRequest> {
  const sent = Promise.withResolvers<ArrivedRequest>();
  const requestHandler = {
    handle: async (request: { path: string; headers: Record<string, string> }) => {
      sent.resolve({ target: request.path, headers: request.headers });
      throw new Error("seen");
    },
  };
  sdk(endpoint, { requestHandler })
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .catch((thrown) => sent.reject(thrown));
  return sent.promise;
}

function withoutId(target: string): string {
  return target.replace(/\?x-id=GetObject$/, "");
}

test("for every key the path on the wire is the SDK's, and the signature is the one that AWS's signer makes", async () => {
  await using endpoint = await rawEndpoint();
  const ours = storeAt(endpoint.url);
  await fc.assert(
    fc.asyncProperty(hostileKey, async (key) => {
      await ours.getObject({ bucket, key }, { place, maxBytes: 1000 });
      const mine = endpoint.requests.at(-1);
      if (mine === undefined) throw new Error("nothing arrived");
      const theirs = await sdkRequest(endpoint.url, key);
      expect(mine.target).toBe(withoutId(theirs.target));
      expect(mine.headers["x-amz-content-sha256"]).toBe(theirs.headers["x-amz-content-sha256"] ?? "none");
      expect(mine.headers.authorization).toBe(await authorizationByAws(mine, "us-east-1"));
    }),
    { numRuns: 200, examples: hostileKeys.map((key) => [key] as [string]) },
  );
}, 60_000);

test("what arrives from AWS's SDK is the same path, signed as the oracle signs", async () => {
  await using endpoint = await rawEndpoint();
  const ours = storeAt(endpoint.url);
  const theirs = sdk(endpoint.url);
  for (const key of hostileKeys) {
    await ours.getObject({ bucket, key }, { place, maxBytes: 1000 });
    await theirs.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const [first, second] = endpoint.requests.slice(-2);
    if (first === undefined || second === undefined) throw new Error("two requests were expected");
    expect(first.target).toBe(withoutId(second.target));
    expect(second.headers.authorization).toBe(await authorizationByAws(second, "us-east-1"));
  }
});

for (const runtime of runtimes) {
  test(`on ${runtime} nothing between us and the wire changes a path`, async () => {
    await using endpoint = await rawEndpoint();
    const all = [...hostileKeys, ...fc.sample(hostileKey, { numRuns: 60, seed: 4 })];
    const { code, stderr } = await runScript(
      runtime,
      fileURLToPath(new URL("./get-probe.ts", import.meta.url)),
      [endpoint.url],
      {},
      JSON.stringify(all),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(endpoint.requests.map(({ target }) => decodeURIComponent(target))).toEqual(
      all.map((key) => `/${bucket}/${key}`),
    );
    for (const request of endpoint.requests) {
      expect(request.headers.authorization).toBe(await authorizationByAws(request, "us-east-1"));
    }
  }, 60_000);
}

test("the bucket's owner is asked for in a signed header, where it is known", async () => {
  await using endpoint = await rawEndpoint();
  await storeAt(endpoint.url).getObject(
    { bucket, key: "a" },
    { place, maxBytes: 1000, expectedBucketOwner: "111122223333" },
  );
  const [request] = endpoint.requests;
  expect(request?.headers["x-amz-expected-bucket-owner"]).toBe("111122223333");
  expect(request?.headers.authorization).toContain("x-amz-expected-bucket-owner");
});
