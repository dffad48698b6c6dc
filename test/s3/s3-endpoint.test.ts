import { describe, expect, test } from "bun:test";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { CallError } from "../../src/aws/call-error.ts";
import { resolveObjectUrl } from "../../src/aws/s3-endpoint.ts";
import { keys } from "./s3-world.ts";

const plain = { useFips: false, useDualStack: false };
const usEast = { partition: "aws", region: "us-east-1" };

function urlOf(bucket: string, key: string, place = usEast, settings: object = {}): string {
  return resolveObjectUrl({ bucket, key }, place, { ...plain, ...settings }).href;
}

/** Host and path that AWS's own SDK would call. */
async function sdkUrl(
  bucket: string,
  key: string,
  options: { readonly region: string; readonly [more: string]: unknown },
): Promise<string> {
  const sent = Promise.withResolvers<string>();
  const client = new S3Client({
    credentials: keys,
    maxAttempts: 1,
    ...options,
    requestHandler: {
      handle: async (request: { protocol: string; hostname: string; port?: number; path: string }) => {
        const port = request.port === undefined ? "" : `:${request.port}`;
        sent.resolve(`${request.protocol}//${request.hostname}${port}${request.path}`);
        throw new Error("seen");
      },
    },
  });
  client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((thrown) => sent.reject(thrown));
  return sent.promise;
}

describe("where an object is asked for", () => {
  for (const [what, actual, wanted] of [
    [
      "a bucket goes into the host name",
      urlOf("results", "a/b.json"),
      "https://results.s3.us-east-1.amazonaws.com/a/b.json",
    ],
    [
      "with dots into the path, where AWS's certificate fits",
      urlOf("my.results", "a"),
      "https://s3.us-east-1.amazonaws.com/my.results/a",
    ],
    [
      "China has a suffix of its own",
      urlOf("results", "a", { partition: "aws-cn", region: "cn-north-1" }),
      "https://results.s3.cn-north-1.amazonaws.com.cn/a",
    ],
    [
      "FIPS",
      urlOf("results", "a", usEast, { useFips: true }),
      "https://results.s3-fips.us-east-1.amazonaws.com/a",
    ],
    [
      "dual-stack keeps the usual suffix, unlike other services",
      urlOf("results", "a", usEast, { useDualStack: true }),
      "https://results.s3.dualstack.us-east-1.amazonaws.com/a",
    ],
    [
      "both",
      urlOf("my.results", "a", usEast, { useFips: true, useDualStack: true }),
      "https://s3-fips.dualstack.us-east-1.amazonaws.com/my.results/a",
    ],
    [
      "a custom endpoint takes the bucket in the path",
      urlOf("results", "a", usEast, { endpointUrl: "https://minio.example:9000" }),
      "https://minio.example:9000/results/a",
    ],
    [
      "and keeps a path of its own",
      urlOf("results", "a", usEast, { endpointUrl: "http://127.0.0.1:9000/s3/" }),
      "http://127.0.0.1:9000/s3/results/a",
    ],
    [
      "a key that begins with a slash keeps it",
      urlOf("results", "/a//b"),
      "https://results.s3.us-east-1.amazonaws.com//a//b",
    ],
  ] as const) {
    test(what, () => expect(actual).toBe(wanted));
  }
});

describe("it is where AWS's SDK would ask", () => {
  const places = [
    usEast,
    { partition: "aws", region: "eu-south-2" },
    { partition: "aws-us-gov", region: "us-gov-west-1" },
    { partition: "aws-cn", region: "cn-northwest-1" },
    { partition: "aws-iso-b", region: "us-isob-east-1" },
  ];
  for (const place of places) {
    for (const bucket of ["results", "my.results.bucket"]) {
      for (const [useFips, useDualStack] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        // S3 has no FIPS in China, and our other services no dual-stack in every partition: S3's rules know both.
        if (place.partition === "aws-cn" && useFips) continue;
        test(`${bucket} in ${place.region}${useFips ? ", FIPS" : ""}${useDualStack ? ", dual-stack" : ""}`, async () => {
          const theirs = await sdkUrl(bucket, "a/b", {
            region: place.region,
            useFipsEndpoint: useFips,
            useDualstackEndpoint: useDualStack,
          });
          expect(urlOf(bucket, "a/b", place, { useFips, useDualStack })).toBe(theirs);
        });
      }
    }
  }

  test("for a custom endpoint when the SDK is told to use path style", async () => {
    const theirs = await sdkUrl("results", "a//b c", {
      region: "us-east-1",
      endpoint: "https://minio.example:9000",
      forcePathStyle: true,
    });
    expect(urlOf("results", "a//b c", usEast, { endpointUrl: "https://minio.example:9000" })).toBe(theirs);
  });
});

describe("nothing is asked for", () => {
  const cases: [string, () => unknown][] = [
    ["..", () => urlOf("results", "a/../b")],
    [". at the end", () => urlOf("results", "a/.")],
    [".. at the beginning", () => urlOf("results", "../a")],
    ["an empty key", () => urlOf("results", "")],
    ["half a character", () => urlOf("results", "a\ud800")],
    ["a bucket that would change the host", () => urlOf("evil.example.com/", "a")],
    ["a bucket that is a path", () => urlOf("..", "a")],
    ["a bucket with user and password", () => urlOf("u:p@evil", "a")],
    [
      "FIPS in China",
      () => urlOf("results", "a", { partition: "aws-cn", region: "cn-north-1" }, { useFips: true }),
    ],
    [
      "FIPS with a custom endpoint",
      () => urlOf("results", "a", usEast, { useFips: true, endpointUrl: "https://x" }),
    ],
    [
      "a region of another partition",
      () => urlOf("results", "a", { partition: "aws", region: "cn-north-1" }),
    ],
  ];
  for (const [what, ask] of cases) {
    test(what, () => {
      expect(ask).toThrow(CallError);
      expect(ask).toThrow(expect.objectContaining({ code: "configuration" }));
    });
  }
});

test("whatever the key, the URL is on the bucket's host, keeps every slash, and decodes to the key", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), (key) => {
      fc.pre(!key.split("/").some((part) => part === "." || part === ".."));
      const url = resolveObjectUrl({ bucket: "results", key }, usEast, plain);
      expect(url.host).toBe("results.s3.us-east-1.amazonaws.com");
      expect(url.search + url.hash).toBe("");
      expect(decodeURIComponent(url.pathname)).toBe(`/${key}`);
    }),
    { numRuns: 500 },
  );
});
