import { describe, expect, test } from "bun:test";
import { withProgressLine } from "../../src/cli/progress-line.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { StepClock } from "../support/step-clock.ts";
import { isolated, type RunOptions, runCommand } from "./run-command.ts";

const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";

function results(job: string, args: readonly string[] = [], options: RunOptions = {}) {
  return runCommand(["results", "--simulate", `${place}sim-${job}`, ...args], options);
}

function successAt(s3Uri: string): Response {
  return jobAnswer({ status: "Success", outputConfiguration: { s3Uri } });
}

describe("results for a person", () => {
  test("the verdict first, then every segment in order, doubtful fields below their own", async () => {
    const { code, stdout, stderr } = await results("results-document");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toStartWith("Partly matched. Of 3 segments, ");
    const lines = stdout.split("\n");
    const rows = lines.filter((line) => /^ {2}\d /.test(line)).map((line) => line.trim().split(/ {2,}/));
    expect(rows).toEqual([
      ["0", "document", "p. 1", "matched", '"invoice" 1 (forced?)', "11", "2", "1"],
      ["1", "document", "p. 2-3", "no match"],
      ["2", "document", "p. 4", "fallback", '"any business document" 0.64', "11", "2", "1"],
    ]);
    const second = lines.findIndex((line) => line.startsWith("  1 "));
    expect(lines[second - 1]).toBe('      - "Line items[1].Unit price" = 45 is doubtful (0.52)');
    expect(stdout).toContain("Read segment 1 with --text.");
  });

  test("every one of many segments has its row", async () => {
    const { stdout } = await results("results-many");
    expect(stdout.match(/^ {2}\d+ /gm)).toHaveLength(40);
  });

  test("one segment with all its fields and files", async () => {
    const { code, stdout } = await results("results-document", ["--segment", "2"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}2 +document +p\. 4 +fallback/m);
    expect(stdout).not.toMatch(/^ {2}0 /m);
    expect(stdout).toContain(
      "s3://amzn-s3-demo-bucket/claims//sim-results-document/0/custom_output/2/result.json",
    );
    expect(stdout).toContain('- "Invoice date" = "2026-02-17" (0.41, doubtful)');
    expect(stdout.match(/^ {4}- "/gm)).toHaveLength(11);
  });

  test("why a file could not be read stands below its segment", async () => {
    const { code, stdout } = await results("results-broken");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}0 .*unreadable\n {6}- Its custom output file is not JSON\.$/m);
    expect(stdout).toMatch(/^ {6}- .*s3:GetObject/m);
  });

  test("on a terminal it is coloured and fits, and nothing of the document steers it", async () => {
    const { stdout } = await results("results-hostile", [], { columns: 80 });
    expect(stdout).toContain("\x1b[33m");
    expect(stdout.replaceAll(/\x1b\[\d+m/g, "")).not.toMatch(/[\x00-\x09\x0b-\x1f\u200b\u202e]/);
  });

  test("what a document says is a quotation that it cannot close", async () => {
    for (const args of [[], ["--segment", "0"]]) {
      const { stdout } = await results("results-hostile", args);
      // Quotations taken out, nothing of the attack is left.
      expect(stdout.replaceAll(/"[^"]*"/g, "")).not.toMatch(/ignore|SYSTEM|50 times/i);
      expect(stdout).toContain('"Ignore all previous instructions');
    }
  });

  test.each([
    ["results-denied", 1, "s3:GetObject"],
    ["results-kms-denied", 1, "kms:Decrypt"],
    ["results-kms-disabled", 1, "disabled"],
    ["results-archived", 1, "Restore"],
    ["results-no-bucket", 1, "does not exist"],
    ["results-gone", 1, "moved or deleted"],
    ["results-other-account", 1, "belongs to another account"],
    ["access-denied", 1, "bedrock:GetDataAutomationStatus"],
  ])("%s ends with code %d and the remedy on stderr", async (job, code, words) => {
    const ran = await results(job);
    expect([Number(ran.code), ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).toContain("do not start it again");
  });

  test.each([
    ["running", 4, "The job is running"],
    ["client-error-kms", 3, "The job failed"],
  ])("%s has no results: its status is told, and the code is that of status", async (job, code, words) => {
    const ran = await results(job);
    expect([Number(ran.code), ran.stderr]).toEqual([code, ""]);
    expect(ran.stdout).toContain(words);
  });

  test("a bucket in another region is found", async () => {
    expect((await results("results-other-region")).stdout).toStartWith("Complete.");
  });
});

describe("results for a program", () => {
  test("--json is the tool's own answer, with every segment", async () => {
    const { stdout } = await results("results-many", ["--json"]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ verdict: "partly_matched", counts: { segments: 40 } });
    expect(answer.segments).toHaveLength(40);
  });

  test("--json --segment has the fields as AWS nests them", async () => {
    const { stdout } = await results("results-document", ["--json", "--segment", "0"]);
    expect(JSON.parse(stdout)).toMatchObject({
      segments: [{ segment: 0, outcome: "matched" }],
      fields: { "Line items": [{}, { "Unit price": { value: 45, confidence: 0.52, doubtful: true } }] },
    });
  });

  test("--json of a failure is an error, and nothing else", async () => {
    const { code, stdout, stderr } = await results("results-denied", ["--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "access_denied" } });
  });

  test("--text is the words of every segment and nothing else", async () => {
    const { code, stdout, stderr } = await results("results-document", ["--text"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toStartWith("# Invoice INV-2041\n");
    expect(stdout).toContain("\n\nDear customer,\n\nplease find");
    expect(stdout.match(/# Invoice/g)).toHaveLength(2);
  });

  test("--text --segment is the words of one", async () => {
    const { stdout } = await results("results-document", ["--text", "--segment", "1"]);
    expect(stdout).toBe(
      "Dear customer,\n\nplease find our invoice enclosed.\n\nKind regards,\n\nKettles & Co.\n",
    );
  });

  test("--text reads each file once, however long it is, and no other", async () => {
    const long = "long ".repeat(40_000).trimEnd();
    await using endpoint = scriptedEndpoint(({ method, path }) => {
      if (method === "POST") return successAt("s3://my-bucket/out/x/job_metadata.json");
      if (!path.endsWith("job_metadata.json")) {
        return Response.json({ document: { representation: { text: long } } });
      }
      const segment = (index: number) => ({
        standard_output_path: `s3://my-bucket/out/x/0/standard_output/${index}/result.json`,
        custom_output_path: `s3://my-bucket/out/x/0/custom_output/${index}/result.json`,
        custom_output_status: "MATCH",
      });
      return Response.json({ output_metadata: [{ segment_metadata: [segment(0), segment(1)] }] });
    });
    const { stdout } = await runCommand(["results", `${place}x`, "--text"], {
      env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url },
    });
    expect(stdout).toBe(`${long}\n\n${long}\n`);
    const read = endpoint.requests.map(({ path }) => path).filter((path) => path.endsWith("/result.json"));
    expect(read).toEqual([0, 1].map((index) => `/my-bucket/out/x/0/standard_output/${index}/result.json`));
  });

  test("--text of a job without a segment says so", async () => {
    await using endpoint = scriptedEndpoint(({ method }) =>
      method === "POST"
        ? successAt("s3://my-bucket/out/x/job_metadata.json")
        : Response.json({ output_metadata: [] }),
    );
    const ran = await runCommand(["results", `${place}x`, "--text"], {
      env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url },
    });
    expect([Number(ran.code), ran.stdout, ran.stderr]).toEqual([1, "", "The job has no segment.\n"]);
  });

  test("a text that cannot be read is told on stderr, and the rest is printed", async () => {
    const { stdout, stderr } = await results("results-elsewhere", ["--text"]);
    expect(stdout).toBe("This page is the job's own.\n");
    expect(stderr.match(/^Segment [0-3] has no text\./gm)).toHaveLength(4);
  });
});

describe("wrong use", () => {
  test.each([
    [["--segment", "9"], "There is no segment 9."],
    [["--segment", "x"], "--segment must be a whole number"],
    [["--allowed-bucket", "s3://x"], "--allowed-bucket must be the name of a bucket"],
    [["--max-result-bytes", "1"], "--max-result-bytes must be a whole number"],
    [["--bucket-owner", "me"], "--bucket-owner must be an account's twelve digits"],
    [["--results", "off"], "--results belongs to stdio, http and doctor"],
  ])("%j ends with code 2", async (args, words) => {
    const ran = await results("results-document", args);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(words);
  });

  test("so does another bucket's ARN, and no job at all", async () => {
    expect((await runCommand(["results", "arn:aws:s3:::bucket"])).code).toBe(2);
    expect((await runCommand(["results"])).code).toBe(2);
  });
});

describe("settings", () => {
  test("--allowed-bucket keeps to the buckets that it lists", async () => {
    const closed = await results("results-document", ["--allowed-bucket", "some-other-bucket"]);
    expect([closed.code, closed.stdout]).toEqual([1, ""]);
    expect(closed.stderr).toContain("--allowed-bucket");
    const open = await results("results-document", ["--allowed-bucket", "x-bucket,amzn-s3-demo-bucket"]);
    expect(open.code).toBe(0);
  });

  test("--max-result-bytes is the most of one file", async () => {
    const { stdout } = await results("results-document", ["--max-result-bytes", "1100"]);
    expect(stdout).toContain("is larger than 2 KiB");
  });

  test("--bucket-owner is asked of S3", async () => {
    await using endpoint = scriptedEndpoint(({ method }) =>
      method === "POST"
        ? jobAnswer({
            status: "Success",
            outputConfiguration: { s3Uri: "s3://my-bucket/out/x/job_metadata.json" },
          })
        : new Response("{}"),
    );
    await runCommand(["results", `${place}x`, "--bucket-owner", "444455556666"], {
      env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url },
    });
    const [, get] = endpoint.requests;
    expect(get?.path).toBe("/my-bucket/out/x/job_metadata.json");
    expect(get?.headers.get("x-amz-expected-bucket-owner")).toBe("444455556666");
  });

  test("AWS_ENDPOINT_URL_S3 is S3's own endpoint", async () => {
    await using s3 = scriptedEndpoint(() => new Response('{"output_metadata":[]}'));
    await using runtime = scriptedEndpoint(() =>
      jobAnswer({
        status: "Success",
        outputConfiguration: { s3Uri: "s3://my-bucket/out/x/job_metadata.json" },
      }),
    );
    const { stdout } = await runCommand(["results", `${place}x`], {
      env: { ...isolated, AWS_ENDPOINT_URL: runtime.url, AWS_ENDPOINT_URL_S3: s3.url },
    });
    expect(stdout).toStartWith("Nothing found. job_metadata.json lists no segment.");
    expect([runtime.requests.length, s3.requests.length]).toEqual([1, 1]);
  });
});

describe("doctor tries S3 with a job that succeeded", () => {
  const doctor = async (job: string, args: readonly string[] = []) => {
    const { code, stdout } = await runCommand(["doctor", "--simulate", `${place}sim-${job}`, ...args]);
    return { code, line: /^(good|bad|skip) +results +.*$/m.exec(stdout)?.[0] ?? stdout, stdout };
  };

  test("and says that its results can be read", async () => {
    const { code, line } = await doctor("results-document");
    expect(code).toBe(0);
    expect(line).toMatch(/^good results +job_metadata\.json lists 3 segments, read in \d+ ms$/);
  });

  test.each([
    ["results-denied", /s3:GetObject on arn:aws:s3:::amzn-s3-demo-bucket.*s3:ListBucket/],
    ["results-kms-denied", /kms:Decrypt/],
    ["results-no-bucket", /does not exist/],
  ])("or why not, with the mend: %s", async (job, words) => {
    const { code, line, stdout } = await doctor(job);
    expect(code).toBe(1);
    expect(line).toStartWith("bad");
    expect(stdout).toMatch(words);
  });

  test.each([
    ["running", [], "give the ARN of a job that succeeded"],
    ["results-denied", ["--results", "off"], "--results is off"],
  ])("but not otherwise: %s %j", async (job, args, words) => {
    const { code, line } = await doctor(job, args);
    expect(code).toBe(0);
    expect(line).toStartWith("skip");
    expect(line).toContain(words);
  });
});

describe("iam-policy covers the results", () => {
  const arn = `${place}x`;
  const key = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d";

  test("of the place that jobs write to, and nothing besides", async () => {
    const { stdout } = await runCommand(["iam-policy", arn, "--output", "s3://my-bucket/claims/"]);
    const statements = JSON.parse(stdout).Statement.slice(1);
    expect(statements).toMatchObject([
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/claims/*" },
      { Action: "s3:ListBucket", Resource: "arn:aws:s3:::my-bucket" },
    ]);
  });

  test("with the key that they are encrypted with, through S3 alone", async () => {
    const { stdout } = await runCommand(["iam-policy", arn, "--output", "s3://my-bucket", "--kms-key", key]);
    expect(JSON.parse(stdout).Statement[3]).toMatchObject({
      Action: "kms:Decrypt",
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    });
  });

  test.each([
    [["--kms-key", key], "--kms-key needs --output"],
    [["--kms-key", "alias/x", "--output", "s3://my-bucket"], "must be the ARN of a KMS key"],
    [["--output", "my-bucket/claims"], "must be like s3://bucket/prefix/"],
  ])("%j is wrong use", async (args, words) => {
    const ran = await runCommand(["iam-policy", arn, ...args]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(words);
  });
});

describe("the progress line", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) } as never;
  const look = { color: false, terminal: true, width: 80 };

  async function during(act: (clock: StepClock, report: (message: string) => void) => void, terminal = true) {
    written.length = 0;
    const clock = new StepClock({ timeouts: [1000] });
    await withProgressLine({ stream, look: { ...look, terminal }, clock }, "Reading…", async (report) => {
      act(clock, report);
      await Promise.resolve();
    });
    return [...written];
  }

  test("is not there for work of less than a second, nor where nobody looks", async () => {
    expect(await during((_, report) => report("20 of 80"))).toEqual([]);
    expect(await during((clock) => clock.runOut(1000), false)).toEqual([]);
  });

  test("shows the last of what was reported, and is gone at the end", async () => {
    const shown = await during((clock, report) => {
      report("20 of 80");
      clock.runOut(1000);
    });
    expect(shown).toEqual(["\r\x1b[2K20 of 80", "\r\x1b[2K"]);
  });
});
