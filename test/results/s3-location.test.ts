import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { locate, readJobOutput, readS3Uri } from "../../src/jobs/results/s3-location.ts";
import { hostileKey } from "../s3/hostile-keys.ts";
import { bucket, metadataUri, prefix } from "./kit.ts";

const output = { bucket, prefix, metadataKey: `${prefix}job_metadata.json` };

describe("a path of job_metadata.json", () => {
  test("under the job's own prefix is followed as it stands, `//` and all", () => {
    const key = `${prefix}0//standard_output/0/result.json`;
    expect(locate(`s3://${bucket}/${key}`, output)).toEqual({ ok: true, address: { bucket, key } });
  });

  test.each([
    ["in another bucket", `s3://another-bucket/${prefix}0/result.json`, "other_bucket"],
    ["of another job", `s3://${bucket}/claims//other-job/0/result.json`, "outside_job"],
    [
      "of a job whose prefix begins alike",
      `s3://${bucket}/${prefix.slice(0, -1)}-2/0/result.json`,
      "outside_job",
    ],
    ["at the bucket's root", `s3://${bucket}/result.json`, "outside_job"],
    [
      "with the double slash folded",
      `s3://${bucket}/${prefix.replace("//", "/")}0/result.json`,
      "outside_job",
    ],
    ["that is the prefix itself", `s3://${bucket}/${prefix}`, "outside_job"],
    ["that is job_metadata.json again", metadataUri, "outside_job"],
    ["that climbs out", `s3://${bucket}/${prefix}../secret.json`, "folded_by_url"],
    ["that climbs out at its end", `s3://${bucket}/${prefix}0/..`, "folded_by_url"],
    ["that stays in place", `s3://${bucket}/${prefix}./0/result.json`, "folded_by_url"],
    ["on the web", "https://example.com/result.json", "not_s3_uri"],
    ["of a file", "file:///etc/passwd", "not_s3_uri"],
    ["in capitals", `S3://${bucket}/${prefix}0/result.json`, "not_s3_uri"],
    ["with blanks before", ` s3://${bucket}/${prefix}0/result.json`, "not_s3_uri"],
    ["without a key", `s3://${bucket}`, "no_key"],
    ["with an empty key", `s3://${bucket}/`, "no_key"],
    ["with a user before the bucket", `s3://user@${bucket}/${prefix}0`, "bad_bucket"],
    ["with a host for a bucket", "s3://evil.example.com:443/x", "bad_bucket"],
    ["with a bucket of dots", "s3://a..b/x", "bad_bucket"],
    ["with half a character", `s3://${bucket}/${prefix}\ud83e`, "not_unicode"],
    ["longer than a key can be", `s3://${bucket}/${prefix}${"x".repeat(1024)}`, "key_too_long"],
  ])("%s is refused by name", (_, path, problem) => {
    expect(locate(path, output)).toEqual({ ok: false, problem: problem as never });
  });

  test("whatever follows the prefix is kept character for character; whatever does not begin with it is refused", () => {
    fc.assert(
      fc.property(hostileKey, (rest) => {
        const key = `${prefix}${rest}`;
        fc.pre(new TextEncoder().encode(key).byteLength <= 1024);
        expect(locate(`s3://${bucket}/${key}`, output)).toEqual({ ok: true, address: { bucket, key } });
        const other = locate(`s3://${bucket}/${rest}`, output);
        expect(other.ok).toBe(rest.startsWith(prefix));
      }),
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void locate(text, output)));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readS3Uri(`s3://${text}`)));
  });
});

describe("the job's own output", () => {
  test("is the folder of the job_metadata.json that AWS's status names", () => {
    expect(readJobOutput(metadataUri, [])).toEqual({ ok: true, output });
    expect(readJobOutput(metadataUri, ["x-bucket", bucket])).toEqual({ ok: true, output });
  });

  test.each([
    [`s3://${bucket}/job_metadata.json`, [], "not_job_metadata"],
    [`s3://${bucket}/${prefix}`, [], "not_job_metadata"],
    [`s3://${bucket}/${prefix}not_job_metadata.json`, [], "not_job_metadata"],
    [`s3://${bucket}/${prefix}../job_metadata.json`, [], "folded_by_url"],
    [metadataUri, ["another-bucket"], "bucket_not_allowed"],
    ["", [], "not_s3_uri"],
  ])("%s with allowed buckets %j is refused: %s", (uri, allowed, problem) => {
    expect(readJobOutput(uri, allowed)).toEqual({ ok: false, problem: problem as never });
  });
});
