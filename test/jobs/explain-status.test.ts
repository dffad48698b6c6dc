import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JobStatus } from "../../src/aws/job-status.ts";
import { explainStatus } from "../../src/jobs/explain-status.ts";
import { statusText } from "../../src/jobs/status-text.ts";
import { arn, holes } from "./kit.ts";

const submitted = "2026-03-05T14:42:14.123Z";
const now = Date.parse(submitted) + 42_500;

describe("what each status means", () => {
  test.each([
    ["Created", "queued", false, "no"],
    ["InProgress", "running", false, "no"],
    ["Success", "succeeded", true, "no"],
    ["ServiceError", "failed", true, "safe"],
    ["ClientError", "failed", true, "after_fix"],
    ["Paused", "unknown", false, "no"],
    [undefined, "unknown", false, "no"],
  ] as const)("%p is %s", (status, verdict, isTerminal, startAgain) => {
    const job: JobStatus = status === undefined ? {} : { status };
    expect(explainStatus(job, arn, now)).toMatchObject({ verdict, isTerminal, startAgain });
  });

  test.each([
    "SUCCESS",
    "COMPLETED",
    "FAILED",
    "STOPPED",
    "CANCELLED",
    "success",
    "InProgress ",
    "ClientErrors",
    "",
    "constructor",
  ])("%p is none of AWS's words: neither finished nor failed, and passed on", (status) => {
    const explained = explainStatus({ status }, arn, now);
    expect(explained).toMatchObject({ verdict: "unknown", isTerminal: false, startAgain: "no" });
    expect(explained.fault).toBeUndefined();
    expect(explained.checkAgainInSeconds).toBeGreaterThan(0);
    expect(explained.summary).toContain(`"${status.trim()}"`);
  });

  test("whose fault a failure is", () => {
    expect(explainStatus({ status: "ClientError" }, arn, now).fault).toBe("request");
    expect(explainStatus({ status: "ServiceError" }, arn, now).fault).toBe("service");
    for (const status of ["Created", "InProgress", "Success"]) {
      expect(explainStatus({ status }, arn, now)).not.toHaveProperty("fault");
    }
  });
});

describe("while a job is not finished", () => {
  test.each(["Created", "InProgress", "Paused"])(
    "%s: not to be started again, and the ARN to ask with",
    (status) => {
      const { nextSteps, checkAgainInSeconds } = explainStatus(
        { status, jobSubmissionTime: submitted },
        arn,
        now,
      );
      expect(nextSteps.join(" ")).toMatch(/Do not start it again: .*paid for again/);
      expect(nextSteps.join(" ")).toContain(arn.text);
      expect(nextSteps.join(" ")).toContain(`in ${checkAgainInSeconds} s`);
    },
  );

  test("the time since submission is told, in whole seconds", () => {
    const explained = explainStatus({ status: "InProgress", jobSubmissionTime: submitted }, arn, now);
    expect(explained.elapsedSeconds).toBe(42);
    expect(explained.summary).toContain("42 s ago");
  });

  test.each([
    ["just now, by a clock that is a little behind", -30_000, 0],
    ["an hour ahead: no figure is better than a wrong one", -3_600_000, undefined],
  ])("submitted %s", (_, ahead, elapsed) => {
    const explained = explainStatus(
      { status: "InProgress", jobSubmissionTime: submitted },
      arn,
      Date.parse(submitted) + ahead,
    );
    expect(explained.elapsedSeconds).toBe(elapsed as number);
    expect("elapsedSeconds" in explained).toBe(elapsed !== undefined);
    expect(explained.checkAgainInSeconds).toBeGreaterThanOrEqual(5);
  });

  test("a job is looked at quickly while young and slowly when old", () => {
    const paces = [1, 60, 120, 300, 100_000].map(
      (age) =>
        explainStatus(
          { status: "InProgress", jobSubmissionTime: submitted },
          arn,
          Date.parse(submitted) + age * 1000,
        ).checkAgainInSeconds,
    );
    expect(paces).toEqual([5, 6, 12, 30, 30]);
  });

  test("one that outlasts what was seen gets an honest note, and is not called failed", () => {
    const old = Date.parse(submitted) + 3_700_000;
    const running = explainStatus({ status: "InProgress", jobSubmissionTime: submitted }, arn, old);
    expect(running.verdict).toBe("running");
    expect(running.nextSteps.join(" ")).toMatch(/longer than jobs that were seen.*AWS publishes no bound/);
    const queued = explainStatus({ status: "Created", jobSubmissionTime: submitted }, arn, old);
    expect(queued.nextSteps.join(" ")).toMatch(/Possibly the account has more jobs open/);
    expect(
      explainStatus({ status: "InProgress", jobSubmissionTime: submitted }, arn, now).nextSteps.join(" "),
    ).not.toContain("longer");
  });

  test("a tool that waits is named where there is one", () => {
    const job = { status: "InProgress" };
    expect(explainStatus(job, arn, now, { waitTool: "wait_x" }).nextSteps.join(" ")).toContain("use wait_x");
    expect(explainStatus(job, arn, now).nextSteps.join(" ")).not.toContain(" use ");
  });
});

describe("a finished job", () => {
  const s3Uri = "s3://out/a//0/job_metadata.json";

  test("Success: s3Uri is the metadata object, and segments may still lack a match", () => {
    const steps = explainStatus(
      { status: "Success", outputConfiguration: { s3Uri } },
      arn,
      now,
    ).nextSteps.join(" ");
    expect(steps).toMatch(/s3Uri is the job_metadata\.json object/);
    expect(steps).toMatch(/Segments may still lack a match/);
    expect(steps).toMatch(/Do not start it again/);
  });

  test("Success without s3Uri, or with another: said so", () => {
    expect(explainStatus({ status: "Success" }, arn, now).nextSteps[0]).toMatch(/AWS gave no s3Uri/);
    expect(
      explainStatus({ status: "Success", outputConfiguration: { s3Uri: "s3://out/a/" } }, arn, now)
        .nextSteps[0],
    ).toMatch(/normally the job_metadata\.json/);
  });

  test("Success: the tool that reads results is named where there is one", () => {
    for (const outputConfiguration of [{ s3Uri }, {}]) {
      const steps = explainStatus({ status: "Success", outputConfiguration }, arn, now, {
        resultsTool: "read_x",
      }).nextSteps;
      expect(steps[0]).toContain("with read_x");
    }
  });

  test("how long it took: AWS's figure, else the times, else nothing", () => {
    const summary = (job: JobStatus) => explainStatus({ status: "Success", ...job }, arn, now).summary;
    const times = { jobSubmissionTime: submitted, jobCompletionTime: "2026-03-05T14:43:14.123Z" };
    expect(summary({ ...times, jobDurationInSeconds: 75 })).toContain("in 1 min 15 s");
    expect(summary(times)).toContain("in 1 min.");
    expect(summary({ jobSubmissionTime: times.jobCompletionTime, jobCompletionTime: submitted })).toBe(
      "The job succeeded.",
    );
  });

  test("ClientError: mend first; with the possible cause where AWS's words give one", () => {
    const plain = explainStatus({ status: "ClientError", errorMessage: "Something." }, arn, now);
    expect(plain.nextSteps[0]).toMatch(/Do not start it again unchanged/);
    expect(plain.nextSteps[1]).toMatch(/only clue/);
    expect(plain).not.toHaveProperty("possibleCauses");
    expect(explainStatus({ status: "ClientError" }, arn, now).nextSteps[1]).toMatch(/AWS gave no reason/);
    const denied = explainStatus({ status: "ClientError", errorMessage: "Access Denied" }, arn, now);
    expect(denied.possibleCauses?.[0]?.basedOn).toBe("Access Denied");
  });

  test("ClientError by a quota: later, with nothing mended, and no other advice against it", () => {
    const errorMessage = "The quota of concurrent jobs was exceeded.";
    const quota = explainStatus(
      { status: "ClientError", errorType: "LimitExceeded", errorMessage },
      arn,
      now,
    );
    expect(quota.startAgain).toBe("after_fix");
    expect(quota.possibleCauses?.[0]?.remedy).toMatch(/^Let running jobs finish, then start fewer at a time/);
    expect(quota.nextSteps.join(" ")).toMatch(/not start it again at once.*Later the same request may do/);
    expect(quota.nextSteps.join(" ")).not.toMatch(/mend|unchanged: it would/);
    // Where something else may be the cause, it has to be mended.
    const both = `${errorMessage} Access denied.`;
    expect(explainStatus({ status: "ClientError", errorMessage: both }, arn, now).nextSteps[0]).toMatch(
      /First mend/,
    );
  });

  test("ServiceError: a new job is reasonable, and its price is said", () => {
    expect(explainStatus({ status: "ServiceError" }, arn, now).nextSteps[0]).toMatch(
      /reasonable.*paid for again/,
    );
  });

  test("nothing is said of looking again", () => {
    for (const status of ["Success", "ServiceError", "ClientError"]) {
      const explained = explainStatus({ status, jobSubmissionTime: submitted }, arn, now);
      expect(explained).not.toHaveProperty("checkAgainInSeconds");
      expect(explained).not.toHaveProperty("elapsedSeconds");
    }
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "KMS", "access denied", submitted, "\u202e"),
);
const anyJob: fc.Arbitrary<JobStatus> = fc.record(
  {
    status: fc.oneof(
      fc.constantFrom("Created", "InProgress", "Success", "ServiceError", "ClientError"),
      anyText,
    ),
    errorType: anyText,
    errorMessage: anyText,
    outputConfiguration: fc.record({ s3Uri: anyText }, { requiredKeys: [] }),
    jobSubmissionTime: fc.oneof(
      anyText,
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    ),
    jobCompletionTime: fc.oneof(
      anyText,
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    ),
    jobDurationInSeconds: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: [] },
);

test("whatever AWS sends: an explanation and a text, without holes, without a character that cannot be seen", () => {
  fc.assert(
    fc.property(anyJob, fc.oneof(fc.double(), fc.integer({ min: 0, max: 4e12 })), (job, at) => {
      const explained = explainStatus(job, arn, at, { waitTool: "wait_x", resultsTool: "read_x" });
      expect(holes(explained)).toEqual([]);
      expect(explained.elapsedSeconds ?? 0).toBeGreaterThanOrEqual(0);
      expect(explained.isTerminal).toBe(
        ["Success", "ServiceError", "ClientError"].includes(job.status ?? ""),
      );
      expect(explained.isTerminal).toBe(explained.checkAgainInSeconds === undefined);
      const text = statusText(arn, job, explained);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      expect(text).not.toMatch(/undefined|null|NaN/);
      expect([...text].length).toBeLessThan(4000);
    }),
    { numRuns: 1000 },
  );
});
