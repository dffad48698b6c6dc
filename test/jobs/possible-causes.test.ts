import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { possibleCauses } from "../../src/jobs/possible-causes.ts";
import { failedJobs } from "../../src/simulator/jobs/failed.ts";
import { arn, arnIn, holes } from "./kit.ts";

const explainedJobs = failedJobs.filter(({ jobId }) =>
  /^sim-client-error-(?!unexplained|silent)/.test(jobId),
);

function wordsOf({ answer, jobId }: (typeof failedJobs)[number]) {
  const said = answer({ jobId, startedAt: 0, runningFor: 0, watchedFor: 0, ask: 1, fleetMs: 0 });
  const { errorMessage, errorType } = said.kind === "status" ? said.fields : {};
  return { errorMessage: String(errorMessage), errorType: String(errorType) };
}

function first(errorMessage: string, where = arn) {
  return possibleCauses({ errorMessage }, where).causes[0];
}

describe("words of AWS's message lead to a possible cause and its remedy", () => {
  const rows: [string, string, RegExp, RegExp, string][] = [
    [
      "S3 denial",
      "Access Denied when reading s3://in/a.pdf",
      /does not exist.*may not read/,
      /letter by letter.*s3:GetObject.*111122223333/,
      "Access Denied",
    ],
    [
      "missing permission",
      "Insufficient permissions for the bucket",
      /may not read/,
      /bucket policies/,
      "permissions",
    ],
    [
      "missing object",
      "The S3 object does not exist.",
      /does not exist/,
      /letter by letter/,
      "S3 object does not exist",
    ],
    [
      "unreadable input",
      "Unable to read input from S3",
      /does not exist/,
      /s3:PutObject/,
      "Unable to read input from S3",
    ],
    [
      "wrong profile",
      "The provided DataAutomationProfile ARN is invalid.",
      /not the one of the job's region/,
      /dataAutomationProfileArn arn:aws:bedrock:us-east-1:111122223333:data-automation-profile\/us\.data-automation-v1\./,
      "DataAutomationProfile ARN is invalid",
    ],
    [
      "profile in another region",
      "User: arn:aws:iam::111122223333:user/a is not authorized to perform: bedrock:InvokeDataAutomationAsync on resource: arn:aws:bedrock:us-west-2:111122223333:data-automation-profile/us.data-automation-v1",
      /another region: cross-region inference/,
      /arn:aws:bedrock:\*:111122223333:data-automation-profile\/us\.data-automation-v1/,
      "arn:aws:bedrock:us-west-2:111122223333:data-automation-profile/us.data-automation-v1 … not authorized",
    ],
    [
      "blueprint denied",
      "not authorized on resource arn:aws:bedrock:us-east-1:111122223333:blueprint/ab12",
      /lacks a resource/,
      /on arn:aws:bedrock:us-east-1:111122223333:blueprint\/\*\./,
      "arn:aws:bedrock:us-east-1:111122223333:blueprint/ab12 … not authorized",
    ],
    [
      "AWS's own blueprint denied",
      "not authorized on resource arn:aws:bedrock:us-east-1:aws:blueprint/bedrock-data-automation-public-invoice",
      /lacks a resource/,
      /arn:aws:bedrock:us-east-1:aws:blueprint\/\*/,
      "",
    ],
    [
      "invocation denied",
      "Access denied: arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/*",
      /lacks a resource/,
      /arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation\/\*/,
      "",
    ],
    [
      "project denied",
      "not authorized to use data-automation-project/p1",
      /lacks a resource/,
      /data-automation-project\/\*/,
      "",
    ],
    ["password", "The PDF is password protected", /password/, /without protection/, "password protected"],
    ["encrypted file", "Cannot open encrypted PDF", /password/, /without protection/, "encrypted PDF"],
    [
      "size",
      "The file size exceeds the maximum",
      /beyond a limit/,
      /500 MB.*5 MB.*2,048 MB.*10,240 MB/,
      "size exceeds",
    ],
    [
      "pages",
      "Number of pages exceeds 3000",
      /beyond a limit/,
      /document: at most 500 MB, 3,000 pages/,
      "pages exceeds",
    ],
    ["too large", "Image is too large", /beyond a limit/, /image: at most 5 MB, 8k resolution/, "too large"],
    [
      "duration",
      "Video duration exceeds limit",
      /beyond a limit/,
      /video: at most 10,240 MB, 240 minutes/,
      "duration exceeds",
    ],
    ["resolution", "resolution is larger than supported", /beyond a limit/, /8k/, "resolution is larger"],
    ["format", "Invalid file format", /format/, /PDF, TIFF/, "Invalid file format"],
    [
      "codec",
      "The codec hevc is not supported for this audio",
      /format/,
      /audio: at most .* FLAC/,
      "codec hevc is not supported",
    ],
    ["unsupported", "Unsupported input .gif", /format/, /JPEG, PNG/, "Unsupported"],
    [
      "KMS",
      "The ciphertext refers to a KMS key that you may not use",
      /KMS key/,
      /kms:DescribeKey, kms:GenerateDataKey, kms:Decrypt and kms:CreateGrant .*bedrock\.us-east-1\.amazonaws\.com/,
      "KMS",
    ],
    [
      "quota",
      "Service quota exceeded for concurrent jobs",
      /too many jobs/,
      /25 document.*1,800 open.*111122223333 in us-east-1/,
      "Service quota",
    ],
    ["limit exceeded", "LimitExceededException", /too many jobs/, /Service Quotas/, "LimitExceeded"],
  ];
  test.each(rows)("%s: %s", (_, message, cause, remedy, basedOn) => {
    const found = first(message);
    expect(found?.cause).toMatch(cause);
    expect(found?.cause).toMatch(/^Possibly /);
    expect(found?.remedy).toMatch(remedy);
    if (basedOn !== "") expect(found?.basedOn).toStartWith(basedOn);
  });

  test.each([
    ["The size of report.pdf exceeds the limit", /beyond a limit/, "size of report.pdf exceeds"],
    [
      "The number of pages in report.pdf (3412) exceeds the maximum of 3000.",
      /beyond a limit/,
      "pages in report.pdf (3412) exceeds",
    ],
    ["The size is 5.2 MB, more than the 5.0 MB allowed", /beyond a limit/, "size is 5.2 MB, more than"],
    [
      "The maximum for cat.v2.png is 8k resolution",
      /beyond a limit/,
      "maximum for cat.v2.png is 8k resolution",
    ],
    ["The format of scan.xyz is not supported", /format/, "format of scan.xyz is not supported"],
    ["The file scan.v2.xyz is not supported.", /format/, "file scan.v2.xyz is not supported"],
    ["Unknown scan.xyz format", /format/, "Unknown scan.xyz format"],
    [
      "The S3 object incoming/invoice-2291.pdf does not exist in bucket b.",
      /does not exist/,
      "S3 object incoming/invoice-2291.pdf does not exist",
    ],
    [
      "The object s3://my.bucket.example/in/a.pdf was not found",
      /does not exist/,
      "object s3://my.bucket.example/in/a.pdf was not found",
    ],
    [
      `The object "s3://my.bucket.example/${"2026/11/25/".repeat(8)}Annual report v1.2;final.pdf" was not found.`,
      /does not exist/,
      'object "s3://my.bucket.example/2026',
    ],
    ["Unable to read claim.v2.pdf from S3", /does not exist/, "Unable to read claim.v2.pdf from S3"],
    ["The file statement.v2.docx is encrypted", /password/, "file statement.v2.docx is encrypted"],
    ["Cannot open encrypted report.v2.pdf", /password/, "encrypted report.v2.pdf"],
    ["Access denied to incoming/a.v2.pdf", /may not read/, "Access denied"],
    ["KMS could not decrypt a.v2.pdf", /KMS key/, "KMS"],
    ["Quota exceeded for a.v2.pdf", /too many jobs/, "Quota"],
  ])("the dots of a file's name hide nothing: %s", (message, cause, basedOn) => {
    expect(first(message)?.cause).toMatch(cause);
    expect(first(message)?.basedOn).toStartWith(basedOn);
  });

  test.each(explainedJobs)("$jobId of the simulator has a cause", (job) => {
    expect(possibleCauses(wordsOf(job), arn).causes).not.toEqual([]);
  });

  test("limits are those of the kind of file that the message names", () => {
    expect(first("Image is too large")?.remedy).not.toContain("video");
    expect(first("Input is too large")?.remedy).toContain("video");
  });

  test("the error type counts too, as AWS writes it", () => {
    const found = possibleCauses(
      { errorType: "S3AccessDeniedException", errorMessage: "Failed." },
      arn,
    ).causes;
    expect(found.map(({ basedOn }) => basedOn)).toEqual(["AccessDenied"]);
    expect(possibleCauses({ errorType: "KMSDisabledException" }, arn).causes[0]?.basedOn).toBe("KMS");
  });

  test("the profile is the region's, and a region that is not listed is no reason to refuse", () => {
    const invalid = "DataAutomationProfile ARN is invalid";
    const ids = ["us-west-2", "ca-central-1", "eu-west-1", "ap-northeast-1", "ap-southeast-1"].map(
      (region) =>
        /data-automation-profile\/([\w.-]+)\.data-automation-v1/.exec(
          first(invalid, arnIn(region))?.remedy ?? "",
        )?.[1],
    );
    expect(ids).toEqual(["us", "na", "eu", "apac", "global"]);
    expect(first(invalid, arnIn("us-gov-west-1", "aws-us-gov"))?.remedy).toContain(
      "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:data-automation-profile/us-gov.data-automation-v1",
    );
    expect(first(invalid, arnIn("sa-east-1"))?.remedy).toMatch(/does not list that region.*<geography>/);
  });

  test("at most three, the most specific first", () => {
    const { causes } = possibleCauses(
      {
        errorMessage:
          "Access denied to KMS key; password protected; unsupported format; file too large; quota exceeded; no such key",
      },
      arn,
    );
    expect(causes).toHaveLength(3);
    expect(causes[0]?.basedOn).toBe("KMS");
  });

  test("a China job's key is used through China's service name", () => {
    expect(first("KMS", arnIn("cn-north-1", "aws-cn"))?.remedy).toContain(
      "bedrock.cn-north-1.amazonaws.com.cn",
    );
  });
});

describe("harmless messages have no cause", () => {
  test.each([
    "An internal error occurred. Please try again.",
    "Internal error while processing page 3 of the document.",
    "Processing timed out after the retry limit exceeded.",
    "The information in the subscription was resized and reformatted.",
    "Unknown error processing document",
    "Invalid request type",
    "Unsupported operation",
    "Wrote 12 pages to the output",
    "All pages of report.v2.pdf were read. The limit was met.",
    "Read the object a.pdf. A blueprint was not found.",
    "The job used data-automation-profile/us.data-automation-v1",
    "Compage, footsize, qualifications, concurrently, permissible, passwordless",
    "",
  ])("%p", (errorMessage) => {
    expect(possibleCauses({ errorMessage, errorType: "InternalServerException" }, arn).causes).toEqual([]);
  });

  test("nothing said, nothing guessed", () => {
    expect(possibleCauses({}, arn)).toEqual({ causes: [], pass: false });
  });
});

test("what it rests on is words of the message, short and clean, whatever the message", () => {
  const words = [
    "KMS",
    "access",
    "denied",
    "S3",
    "too large",
    "quota",
    "\u202e",
    "\x1b[31m",
    "\n",
    "blueprint/x",
    "not authorized",
    '"',
    "format",
    "invalid",
    "x".repeat(200),
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 20 }), (parts) => {
      const { causes } = possibleCauses({ errorMessage: parts.join(" ") }, arn);
      expect(causes.length).toBeLessThanOrEqual(3);
      expect(holes(causes)).toEqual([]);
      for (const { basedOn } of causes) {
        expect([...basedOn].length).toBeLessThanOrEqual(160);
        expect(basedOn).not.toMatch(/[\p{Cc}\u202e]/u);
      }
    }),
    { numRuns: 500 },
  );
});

test("a hostile megabyte is done at once", () => {
  for (const piece of [
    "A",
    "invalid ",
    "data automation profile ",
    "page ",
    "page.",
    "page-",
    "page;x ",
    "format.a b ",
    "encrypted a.",
    "unable to read ",
    "unable to read.",
    "a-",
    "arn:aws:bedrock:",
  ]) {
    possibleCauses({ errorMessage: piece.repeat(100_000) }, arn);
  }
});
