import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { product } from "../../src/product.ts";
import { fleetArn, simulatorJobs } from "../../src/simulator/catalogue.ts";
import { commandOf, type Finished, type Runtime, root, runScript, runtimes } from "../support/runtimes.ts";
import { testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const main = `${root}src/main.ts`;
const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";
const [queued, success, clientError, denied] = ["queued", "success", "client-error-kms", "access-denied"].map(
  (name) => `${place}sim-${name}`,
) as [string, string, string, string];

/** No answer is waited for longer than a second, and none is asked for twice. */
const impatient = ["--attempt-timeout", "1", "--call-timeout", "1", "--max-calls-per-second", "1000"];

function cli(runtime: Runtime, args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  const nobodyThere = { ...testKeys, AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };
  return runScript(runtime, main, args, { AWS_CONFIG_FILE: "/dev/null", ...nobodyThere, ...env });
}

describe.each(runtimes)("commands on %s", (runtime) => {
  test.concurrent.each([
    ["a job that finished well", ["status", "--simulate", success], 0],
    ["a call that failed", ["status", "--simulate", denied], 1],
    ["nobody there", ["status", success], 1],
    ["a misspelt flag", ["status", "--simulat", success], 2],
    ["no ARN", ["status", "--simulate"], 2],
    [
      "another resource's ARN",
      ["status", "--simulate", "arn:aws:bedrock:us-east-1:111122223333:blueprint/b"],
      2,
    ],
    ["a job that failed", ["status", "--simulate", clientError], 3],
    ["a job that is queued", ["status", "--simulate", queued], 4],
    ["several: the worst", ["status", "--simulate", queued, clientError, success], 3],
    ["everything good", ["doctor", "--simulate", success], 0],
    ["something bad", ["doctor", success], 1],
    ["a policy", ["iam-policy", success], 0],
    ["help", ["--help"], 0],
    ["the version", ["--version"], 0],
  ] as const)("%s ends %j with code %d", async (_, args, code) => {
    const ran = await cli(runtime, args);
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.any(String)]);
    expect(ran.stdout + ran.stderr).not.toContain("\x1b");
    // What is wanted goes to stdout, what is wrong to stderr.
    if (code === 0 || code > 2 || args[0] === "doctor")
      expect([ran.stderr, ran.stdout]).toEqual(["", expect.stringMatching(/\S/)]);
    else expect([ran.stdout, ran.stderr]).toEqual(["", expect.stringMatching(/\S/)]);
  });

  test.concurrent("status --json prints the tool's own answer", async () => {
    const { stdout } = await cli(runtime, ["status", "--simulate", "--json", success]);
    expect(JSON.parse(stdout)).toMatchObject({
      invocationArn: success,
      status: "Success",
      outputConfiguration: { s3Uri: expect.stringMatching(/^s3:\/\/.*job_metadata\.json$/) },
      explanation: { verdict: "succeeded", isTerminal: true, startAgain: "no" },
    });
  });

  test.concurrent("doctor --simulate shows the way to the simulator, each step", async () => {
    const { stdout } = await cli(runtime, ["doctor", "--simulate", "--json", denied]);
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(checks.map(({ name, state }: Record<string, string>) => `${name}: ${state}`)).toEqual([
      "runtime: good",
      "region: good",
      "endpoint: good",
      "credentials: good",
      "identity: good",
      "clock: good",
      "status call: bad",
      "results: skipped",
    ]);
    expect(checks[0].text.toLowerCase()).toStartWith(runtime);
    expect(checks[2].text).toContain("--simulate");
  });

  test.concurrent("--simulate --help lists every job with its ARN, and each is answered", async () => {
    const { code, stdout } = await cli(runtime, ["--simulate", "--help"]);
    expect(code).toBe(0);
    const arns = stdout.match(/arn:\S+/g) ?? [];
    expect(arns).toEqual(expect.arrayContaining(simulatorJobs.map(({ arn }) => arn)));
    for (const { title } of simulatorJobs) expect(stdout).toContain(title);
    const all = await cli(runtime, ["status", "--simulate", "--json", ...impatient, ...arns], {
      AWS_MAX_ATTEMPTS: "1",
    });
    expect(all.code).toBe(1);
    const entries: { invocationArn: string; status?: string; error?: { name: string; remedy: string } }[] =
      JSON.parse(all.stdout);
    expect(entries.map(({ invocationArn }) => invocationArn)).toEqual(arns);
    for (const { error } of entries) expect(error === undefined || error.remedy.length > 10).toBe(true);
  });

  test.concurrent("a text that attacks its reader reaches no terminal", async () => {
    const hostile = simulatorJobs.filter(({ jobId }) => jobId.includes("hostile")).map(({ arn }) => arn);
    expect(hostile.length).toBeGreaterThan(2);
    const { stdout, stderr } = await cli(runtime, ["status", "--simulate", ...hostile]);
    expect(stdout + stderr).not.toMatch(
      /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
    );
  });

  test.concurrent("a slow reader gets all of a long answer", async () => {
    const fleet = Array.from({ length: 250 }, (_, index) => fleetArn(index + 1));
    const args = ["status", "--simulate", "--json", "--max-calls-per-second", "1000", ...fleet];
    const words = commandOf(runtime, main, args)
      .map((word) => `'${word}'`)
      .join(" ");
    const child = Bun.spawn(["bash", "-c", `${words} | (sleep 1; cat)`], {
      env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" },
    });
    const text = await new Response(child.stdout).text();
    // More than a pipe holds.
    expect(text.length).toBeGreaterThan(128 * 1024);
    expect(JSON.parse(text)).toHaveLength(250);
  });

  test.concurrent("a reader that has seen enough ends nothing", async () => {
    const words = commandOf(runtime, main, ["--simulate", "--help"])
      .map((word) => `'${word}'`)
      .join(" ");
    const child = Bun.spawn(["bash", "-c", `set -o pipefail; ${words} | true`], {
      env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" },
      stderr: "pipe",
    });
    const [stderr, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
    expect([stderr, code]).toEqual(["", 0]);
  });
});

test("the two runtimes say the same", async () => {
  const commands = [
    ["--help"],
    ["--version"],
    ["iam-policy"],
    ["--prot", "1"],
    ["status", "--simulate", denied],
  ] as const;
  await Promise.all(
    commands.map(async (args) => {
      const [bun, deno] = await Promise.all(runtimes.map((runtime) => cli(runtime, args)));
      expect(deno).toEqual(bun as Finished);
    }),
  );
  expect((await cli("bun", ["--version"])).stdout).toBe(`${product.name} ${product.version}\n`);
});
