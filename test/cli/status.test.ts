import { describe, expect, test } from "bun:test";
import { temporaryHome } from "../credentials/child.ts";
import {
  awsError,
  jobAnswer,
  type ScriptedEndpoint,
  scriptedEndpoint,
} from "../support/scripted-endpoint.ts";
import { isolated, type RunOptions, runCommand } from "./run-command.ts";

const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";
const arn = `${place}0a1b2c3d`;

const success = {
  status: "Success",
  jobSubmissionTime: "2026-03-05T14:42:14.123Z",
  jobCompletionTime: "2026-03-05T14:42:27.001Z",
  jobDurationInSeconds: 13,
  outputConfiguration: { s3Uri: "s3://my-bucket/out//0a1b2c3d/job_metadata.json" },
};

/** Answers by the job's id: `s…` succeeded, `f…` failed, `r…` runs, `u…` is unknown, `d…` is denied. */
function jobsById(): ScriptedEndpoint {
  return scriptedEndpoint(({ body }) => {
    const id: string = JSON.parse(body).invocationArn.split("/")[1];
    if (id.startsWith("s")) return jobAnswer(success);
    if (id.startsWith("f")) return jobAnswer({ status: "ClientError", errorMessage: "Access denied" });
    if (id.startsWith("r")) return jobAnswer({ status: "InProgress" });
    if (id.startsWith("u")) return jobAnswer({ status: "Paused" });
    return awsError("AccessDeniedException", "not authorized to do that");
  });
}

function status(endpoint: ScriptedEndpoint, args: readonly string[], options: RunOptions = {}) {
  return runCommand(["status", ...args], {
    env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url },
    ...options,
  });
}

describe("one job", () => {
  test.each([
    ["s1", 0, "The job succeeded in 13 s."],
    ["f1", 3, "The job failed"],
    ["r1", 4, "The job is running"],
    ["u1", 4, 'AWS gives the unknown status "Paused" for the job'],
  ] as const)("%s ends with code %d and says so first", async (id, code, headline) => {
    await using endpoint = jobsById();
    const ran = await status(endpoint, [place + id]);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toStartWith(headline);
    expect(ran.stdout).toContain(place + id);
    expect(ran.stderr).toBe("");
  });

  test("AWS's words are shown as words, with their cause and what to do", async () => {
    await using endpoint = jobsById();
    const { stdout } = await status(endpoint, [`${place}f1`]);
    expect(stdout).toMatch(/^ {2}status {4}ClientError$/m);
    expect(stdout).toMatch(/^ {2}AWS says {2}"Access denied"$/m);
    expect(stdout).toContain('Possible cause, from the words "Access denied"');
    expect(stdout).toContain("What next");
  });

  test("a call that failed says that the job is not known, on stderr, with the remedy", async () => {
    await using endpoint = jobsById();
    const ran = await status(endpoint, [`${place}d1`]);
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toStartWith("The call failed, not the job: nothing is known of the job");
    expect(ran.stderr).toContain("AccessDeniedException");
    expect(ran.stderr).toContain(`bedrock:GetDataAutomationStatus on ${place}*`);
    expect(ran.stderr).toContain('"not authorized to do that"');
    expect(ran.stderr).toContain("req-1");
  });

  test.each(["status", "doctor"])(
    "%s: a setting of the profile's that cannot be is wrong use",
    async (command) => {
      using home = temporaryHome({ ".aws/config": "[default]\nendpoint_url = http://bda.example.com\n" });
      const env = { ...isolated, AWS_CONFIG_FILE: `${home.path}/.aws/config` };
      const ran = await runCommand([command, arn], { env });
      expect(ran.code).toBe(2);
      expect(`${ran.stdout}${ran.stderr}`).toContain(
        "The setting endpoint_url of profile default cannot be used",
      );
    },
  );

  test.each([
    ["arn:aws:bedrock:us-east-1:111122223333:blueprint/b1", "a blueprint"],
    ["0a1b2c3d-0000-4000-8000-000000000000", "a bare job id"],
    ["s3://my-bucket/out/", "an Amazon S3 location"],
    ["arn:aws:bedrock:cn-north-1:111122223333:data-automation-invocation/a", "partition aws-cn"],
  ])("%s is refused by saying what it is, and nobody is called", async (given, what) => {
    await using endpoint = jobsById();
    const ran = await status(endpoint, [given]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(what);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(endpoint.requests).toHaveLength(0);
  });

  test("blanks around the ARN do no harm", async () => {
    await using endpoint = jobsById();
    expect((await status(endpoint, [` ${place}s1 `])).code).toBe(0);
  });

  test("a process that is told to stop hangs up and says that nothing is known", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    const stopping = new AbortController();
    const running = status(endpoint, [arn], { stop: stopping.signal });
    await endpoint.arrived(1);
    stopping.abort();
    const { code, stderr } = await running;
    expect(code).toBe(1);
    expect(stderr).toContain("this program is stopping");
    await endpoint.hungUp;
  });
});

describe("--json", () => {
  test("one job is one object: AWS's fields and the explanation", async () => {
    await using endpoint = jobsById();
    const { code, stdout } = await status(endpoint, ["--json", `${place}s1`]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      invocationArn: `${place}s1`,
      ...success,
      explanation: { verdict: "succeeded", isTerminal: true, startAgain: "no" },
    });
  });

  test("a failed call is an object with error, and stderr stays empty", async () => {
    await using endpoint = jobsById();
    const { code, stdout, stderr } = await status(endpoint, ["--json", `${place}d1`]);
    expect([code, stderr]).toEqual([1, ""]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      invocationArn: `${place}d1`,
      error: {
        code: "access_denied",
        name: "AccessDeniedException",
        requestId: "req-1",
        tryAgain: "after_fix",
      },
    });
    expect(answer).not.toHaveProperty("status");
  });

  test("several are an array in the order asked, one bad ARN costs the others nothing", async () => {
    await using endpoint = jobsById();
    const { code, stdout } = await status(endpoint, [
      `${place}r1`,
      "s3://b/o",
      `${place}s1`,
      `${place}r1`,
      "--json",
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { status: "InProgress" },
      { invocationArn: "s3://b/o", error: { code: "not_an_invocation_arn" } },
      { status: "Success" },
      { status: "InProgress" },
    ]);
  });

  test("is never coloured nor broken, not even on a terminal", async () => {
    await using endpoint = jobsById();
    const { stdout } = await status(endpoint, ["--json", `${place}f1`], { columns: 40 });
    expect(stdout).not.toContain("\x1b");
    expect(JSON.parse(stdout)).toMatchObject({ status: "ClientError" });
  });
});

describe("several jobs", () => {
  test.each([
    [["s1", "s2"], 0],
    [["s1", "r1"], 4],
    [["r1", "s1", "f1", "u1"], 3],
    [["s1", "d1", "f1", "r1"], 1],
  ] as const)("%j end with code %d", async (ids, code) => {
    await using endpoint = jobsById();
    expect(
      (
        await status(
          endpoint,
          ids.map((id) => place + id),
        )
      ).code,
    ).toBe(code);
  });

  test("each is told in the order asked, and the sum at the end", async () => {
    await using endpoint = jobsById();
    const { stdout, stderr } = await status(endpoint, [
      `${place}s1`,
      `${place}d1`,
      `${place}f1`,
      `${place}r1`,
    ]);
    const order = ["succeeded in", "s1", "The job failed", "f1", "The job is running", "r1"];
    const places = order.map((words) => stdout.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(stdout).toEndWith(
      "\n\n4 jobs: 1 failed, 1 running, 1 succeeded, 1 not known (the call failed).\n",
    );
    expect(stderr).toContain(`${place}d1`);
  });

  test("at most eight calls are under way at a time", async () => {
    let [under, most] = [0, 0];
    await using endpoint = scriptedEndpoint(async () => {
      most = Math.max(most, ++under);
      await Bun.sleep(2);
      under -= 1;
      return jobAnswer(success);
    });
    const { code } = await status(endpoint, [
      "--max-calls-per-second=100",
      ...Array.from({ length: 30 }, (_, index) => `${place}s${index}`),
    ]);
    expect([code, endpoint.requests.length]).toEqual([0, 30]);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });
});

describe("on a terminal", () => {
  test("a sign and colours, in lines that fit the window", async () => {
    await using endpoint = jobsById();
    const { stdout } = await status(endpoint, [`${place}s1`], { columns: 60 });
    expect(stdout).toStartWith("\x1b[32m✓ The job succeeded in 13 s.\x1b[0m\n");
    for (const line of Bun.stripANSI(stdout).split("\n")) {
      expect(line.length <= 60 || /^ *\S*( +(s3:|arn:)\S*)?$/.test(line)).toBe(true);
    }
  });

  test("NO_COLOR leaves the signs", async () => {
    await using endpoint = jobsById();
    const { stdout } = await status(endpoint, [`${place}f1`], {
      columns: 60,
      env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url, NO_COLOR: "1" },
    });
    expect(stdout).toStartWith("✗ The job failed");
    expect(stdout).not.toContain("\x1b");
  });

  test("the simulator needs no profile, whoever asks for one, and the terminal looks the same", async () => {
    const env = { ...isolated, NO_COLOR: "1", AWS_PROFILE: "nobody", AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
    const ran = await runCommand(["status", "--simulate", "--profile", "nobody", `${place}sim-success`], {
      env,
      columns: 60,
    });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toStartWith("✓ The job succeeded");
  });

  test("what AWS says cannot move the cursor or colour the screen", async () => {
    await using endpoint = scriptedEndpoint(() =>
      jobAnswer({ status: "ClientError\x1b[2J", errorMessage: "a\x1b]0;title\x07b\u202ec\r\nd" }),
    );
    const { stdout } = await status(endpoint, [arn]);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(stdout).toContain('"abc d"');
  });
});
