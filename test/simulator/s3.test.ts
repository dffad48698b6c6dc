import { afterAll, describe, expect, test } from "bun:test";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { systemClock } from "../../src/ports.ts";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

const simulator = createSimulator({ clock: systemClock });
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: simulator.app.fetch });
const url = `http://127.0.0.1:${server.port}`;
afterAll(() => server.stop(true));

const bucket = "amzn-s3-demo-bucket";

/** AWS's own SDK: what it understands, a client of AWS understands. */
function sdk(options: { readonly region?: string; readonly secretAccessKey?: string } = {}): S3Client {
  const { region = "us-east-1", secretAccessKey = simulator.credentials.secretAccessKey } = options;
  return new S3Client({
    region,
    endpoint: url,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: simulator.credentials.accessKeyId, secretAccessKey },
  });
}

async function read(client: S3Client, Bucket: string, Key: string): Promise<unknown> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? "");
}

async function errorOf(client: S3Client, Bucket: string, Key: string): Promise<[string, number | undefined]> {
  try {
    await read(client, Bucket, Key);
  } catch (thrown) {
    const { name, $metadata } = thrown as { name: string; $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode];
  }
  throw new Error("it was answered");
}

describe("S3, as AWS's SDK sees it", () => {
  test("every path of a job's metadata leads to a file, `//` and all", async () => {
    const prefix = "claims//sim-results-document/";
    const metadata = await read(sdk(), bucket, `${prefix}job_metadata.json`);
    const { output_metadata } = metadata as {
      output_metadata: { segment_metadata: Record<string, string>[] }[];
    };
    const paths = output_metadata
      .flatMap(({ segment_metadata }) => segment_metadata)
      .flatMap(({ standard_output_path, custom_output_path }) => [standard_output_path, custom_output_path])
      .filter((path) => path !== undefined);
    expect(paths).toHaveLength(5);
    for (const path of paths) {
      const key = path.replace(`s3://${bucket}/`, "");
      expect(key).toStartWith(prefix);
      expect(await read(sdk(), bucket, key)).toBeObject();
    }
  });

  test("a job that is there for something else has results too, of the fleet as well", async () => {
    expect(await read(sdk(), bucket, "results/sim-success/job_metadata.json")).toMatchObject({
      job_id: "sim-success",
    });
    expect(await read(sdk(), bucket, "results/sim-fleet-0007/job_metadata.json")).toBeObject();
  });

  test.each([
    ["a missing key", bucket, "results/sim-results-complete/no.json", "NoSuchKey", 404],
    ["a missing bucket", "amzn-s3-demo-none", "a", "NoSuchBucket", 404],
    ["a refusal", bucket, "results/sim-results-denied/job_metadata.json", "AccessDenied", 403],
    [
      "a disabled key",
      bucket,
      "results/sim-results-kms-disabled/job_metadata.json",
      "KMS.DisabledException",
      400,
    ],
    [
      "an archived object",
      bucket,
      "results/sim-results-archived/job_metadata.json",
      "InvalidObjectState",
      403,
    ],
    ["a bucket of another region", "amzn-s3-demo-bucket2", "a", "PermanentRedirect", 301],
  ])("%s has S3's name and status", async (_, name, key, code, status) => {
    expect(await errorOf(sdk(), name, key)).toEqual([code, status]);
  });

  test("another region is where the redirect says", async () => {
    const key = "results/sim-results-other-region/job_metadata.json";
    expect(await read(sdk({ region: "eu-west-1" }), "amzn-s3-demo-bucket2", key)).toBeObject();
  });

  test("a wrong secret is refused", async () => {
    expect(await errorOf(sdk({ secretAccessKey: "wrong" }), bucket, "a")).toEqual([
      "SignatureDoesNotMatch",
      403,
    ]);
  });

  test("no signature, no object", async () => {
    const response = await fetch(`${url}/${bucket}/results/sim-success/job_metadata.json`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AccessDenied</Code>");
  });
});

test("each job with results succeeded, and says where they are", () => {
  const jobs = simulatorJobs.filter(({ group }) => group === "Results");
  expect(jobs.length).toBeGreaterThan(15);
  for (const { title } of jobs) expect(title).toStartWith("Success: ");
});
