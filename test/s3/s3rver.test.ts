import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { CallError } from "../../src/aws/call-error.ts";
import { hostileKeys } from "./hostile-keys.ts";
import { flat } from "./raw-endpoint.ts";
import { authorizationByAws, keys, place, storeAt } from "./s3-world.ts";

/**
 * An S3 server that nobody here wrote. It takes any Signature Version 4 unread (its check knows version 2 only), so
 * AWS's own signer stands before it and lets nothing through that it would have signed otherwise.
 */
const bucket = "example-output-bucket";
let directory: string;
let server: S3rver;
let url: string;
let refusedSignatures = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3rver-"));
  server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  server.middleware.unshift(async (context, next) => {
    const request = { target: context.req.url ?? "", headers: flat(context.req.headers) };
    const signed = context.req.method === "GET";
    if (signed && request.headers.authorization !== (await authorizationByAws(request, place.region))) {
      refusedSignatures += 1;
      context.status = 403;
      return undefined;
    }
    return next();
  });
  const { port } = await server.run();
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function get(key: string, options: { readonly maxBytes?: number; readonly bucket?: string } = {}) {
  return storeAt(url).getObject(
    { bucket: options.bucket ?? bucket, key },
    { place, maxBytes: options.maxBytes ?? 1_000_000 },
  );
}

/** Written by AWS's SDK, as whoever fills a bucket would. */
async function put(key: string, body: string): Promise<void> {
  const writer = new S3Client({
    region: place.region,
    endpoint: url,
    forcePathStyle: true,
    credentials: keys,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  await writer.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return thrown instanceof CallError ? thrown.code : `not a CallError: ${thrown}`;
}

describe("against s3rver", () => {
  test("what AWS's SDK wrote under a hostile key is read back under that key", async () => {
    // Objects are files there: a key cannot end in a slash or hold a line break.
    // Its router has no place for empty segments: those are shown on the wire, beside AWS's SDK.
    for (const key of hostileKeys.filter((key) => !/^\/|\/\//.test(key))) {
      const body = JSON.stringify({ key });
      await put(key, body);
      expect(new TextDecoder().decode(await get(key))).toBe(body);
    }
    expect(refusedSignatures).toBe(0);
  });

  test("a missing object and a missing bucket are told apart", async () => {
    expect(await codeOf(get("no/such/key"))).toBe("not_found");
    expect(await codeOf(get("a", { bucket: "no-such-bucket" }))).toBe("no_such_bucket");
  });

  test("the check before it is on: a signature for another region is refused", async () => {
    const before = refusedSignatures;
    await storeAt(url)
      .getObject({ bucket, key: "a" }, { place: { ...place, region: "eu-west-1" }, maxBytes: 10 })
      .catch(() => {});
    expect(refusedSignatures).toBe(before + 1);
  });

  test("an object over the cap is refused, at the cap it is read", async () => {
    await put("large", "x".repeat(100_000));
    expect((await get("large", { maxBytes: 100_000 })).byteLength).toBe(100_000);
    expect(await codeOf(get("large", { maxBytes: 99_999 }))).toBe("too_large");
  });
});
