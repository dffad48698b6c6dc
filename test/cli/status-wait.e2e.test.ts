import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  cleanEnv,
  commandOf,
  finished,
  type Runtime,
  root,
  runScript,
  runtimes,
} from "../support/runtimes.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";

// Dozens of processes share what may be two cores.
setDefaultTimeout(60_000);

const main = `${root}src/main.ts`;
const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";
const simulated = ["status", "--simulate", `${place}sim-moving`];

function envOf(url: string): Record<string, string> {
  return { ...testKeys, AWS_CONFIG_FILE: "/dev/null", AWS_ENDPOINT_URL: url };
}

/** A command on a terminal of 60 columns. */
async function onTerminal(
  runtime: Runtime,
  args: readonly string[],
  typed?: { after: string; keys: string },
) {
  let shown = "";
  let left = typed;
  const decoder = new TextDecoder();
  const child = Bun.spawn(commandOf(runtime, main, args), {
    cwd: root,
    env: cleanEnv({ TERM: "xterm" }),
    terminal: {
      cols: 60,
      rows: 24,
      data(terminal, data) {
        shown += decoder.decode(data, { stream: true });
        if (left === undefined || !shown.includes(left.after)) return;
        terminal.write(left.keys);
        left = undefined;
      },
    },
  });
  return { code: await child.exited, shown };
}

describe.each(runtimes)("status --wait on %s", (runtime) => {
  test.concurrent("a job that ends while it is waited for", async () => {
    const states = ["Created", "Success"];
    await using endpoint = scriptedEndpoint((_, index) => jobAnswer({ status: states[index] ?? "Success" }));
    const ran = await runScript(runtime, main, ["status", `${place}a`, "--wait"], envOf(endpoint.url));
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/^\[\d s] a: Created\n$/)]);
    expect(ran.stdout).toMatch(/^The job succeeded.*^ {2}waited +\d+ s, 2 checks$/ms);
    expect(endpoint.requests).toHaveLength(2);
  });

  test.concurrent("several, of which one runs on: each is told, and the code is of what is not finished", async () => {
    await using endpoint = scriptedEndpoint(({ body }) =>
      jobAnswer({ status: body.includes("/good") ? "Success" : "InProgress" }),
    );
    const args = ["status", "--wait", "2", `${place}on`, `${place}good`];
    const ran = await runScript(runtime, main, args, envOf(endpoint.url));
    expect(ran.code).toBe(4);
    expect(ran.stderr).toMatch(/^\[\d s of 2 s] on: InProgress\n$/);
    expect(ran.stdout).toMatch(
      /^The job succeeded.*The job is running.*the time is up.*\n2 jobs: 1 running, 1 succeeded\.\n$/s,
    );
  });

  test.concurrent("--json prints the end and nothing else", async () => {
    const ran = await runScript(runtime, main, [...simulated, "--json", "--wait=2"]);
    expect([ran.code, ran.stderr]).toEqual([4, ""]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      invocationArn: `${place}sim-moving`,
      status: "Created",
      explanation: { verdict: "queued", isTerminal: false },
      waited: { seconds: expect.any(Number), checks: 1, timedOut: true, stopped: false },
    });
  });

  test.concurrent.each([
    [["--wait", `${place}sim-success`], 0],
    [["--wait", `${place}sim-access-denied`], 1],
    [["--wait", "soon", `${place}sim-success`], 2],
    [["--wait", `${place}sim-client-error-kms`], 3],
  ] as const)("%j ends with code %d", async (args, code) => {
    const ran = await runScript(runtime, main, ["status", "--simulate", ...args]);
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.stringMatching(/\S/)]);
  });

  test.concurrent("a signal ends it at once with what is known", async () => {
    const child = Bun.spawn(commandOf(runtime, main, [...simulated, "--wait"]), {
      cwd: root,
      env: cleanEnv(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    for await (const chunk of child.stderr) if (new TextDecoder().decode(chunk).includes("Created")) break;
    child.kill("SIGINT");
    const [stdout, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^The job is queued.*1 check; stopped/s);
  });

  test.concurrent("a signal while AWS has not answered", async () => {
    await using endpoint = scriptedEndpoint(() => new Promise<Response>(() => {}));
    const child = Bun.spawn(commandOf(runtime, main, ["status", `${place}a`, "--wait"]), {
      cwd: root,
      env: cleanEnv(envOf(endpoint.url)),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    await endpoint.arrived(1);
    child.kill("SIGTERM");
    const { stdout, stderr, code } = await finished(child);
    expect([stdout, code]).toEqual(["", 1]);
    expect(stderr).toStartWith("The call failed, not the job");
    await endpoint.hungUp;
  });

  test.concurrent("throttling does not end it", async () => {
    await using endpoint = scriptedEndpoint((_, index) =>
      index === 0
        ? awsError("ThrottlingException", "slow down", { status: 429 })
        : jobAnswer({ status: "Success" }),
    );
    const env = { ...envOf(endpoint.url), AWS_MAX_ATTEMPTS: "1" };
    const ran = await runScript(runtime, main, ["status", `${place}a`, "--wait"], env);
    expect([ran.code, ran.stderr]).toEqual([
      0,
      expect.stringMatching(/^\[\d s] a: no answer yet; the last check failed \(throttled\)\n$/),
    ]);
    expect(ran.stdout).toContain("1 of them failed, the last with ThrottlingException");
  });

  test.concurrent("on a terminal a line is redrawn, and gone before the result", async () => {
    const { code, shown } = await onTerminal(runtime, [...simulated, "--wait", "2"]);
    expect(code).toBe(4);
    const [live, result] = shown.split("… The job is queued");
    expect(live).toMatch(/\r\x1b\[2K… \d s of 2 s · Created(.*\r\x1b\[2K)$/s);
    expect(result).toContain("the time is up");
    expect(result).not.toContain("\x1b[2K");
  });

  test.concurrent("Ctrl-C on a terminal ends it at once, and the line is gone", async () => {
    const args = [...simulated, "--wait"];
    const { code, shown } = await onTerminal(runtime, args, { after: "Created", keys: "\x03" });
    expect(code).toBe(4);
    expect(shown).toMatch(/· Created.*\r\x1b\[2K… The job is queued.*1 check; stopped/s);
  });
});
