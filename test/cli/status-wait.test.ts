import { describe, expect, test } from "bun:test";
import { Writable } from "node:stream";
import fc from "fast-check";
import type { Output } from "../../src/cli/command.ts";
import { statusBlocks } from "../../src/cli/status-blocks.ts";
import { exitCodeOf, type StatusOutcome, worst } from "../../src/cli/status-outcome.ts";
import { waitForOutcomes } from "../../src/cli/status-wait.ts";
import { noDisplay, waitDisplay } from "../../src/cli/status-wait-display.ts";
import type { WaitedJob } from "../../src/cli/status-wait-words.ts";
import { lookOf } from "../../src/cli/terminal-look.ts";
import { columnsOf } from "../../src/cli/terminal-text.ts";
import { settle } from "../support/fake-clock.ts";
import { awsError, jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { arn, failure } from "../watcher/fake-runtime.ts";
import { countedSignal, created, Fate, type Kit, kit, running, success } from "../watcher/kit.ts";
import { isolated, runCommand } from "./run-command.ts";

interface Watching extends Kit {
  readonly fate: Fate<StatusOutcome[]>;
  /** Everything that was written, in its order; an outcome as `<job id: status>`. */
  readonly written: string[];
  readonly stop: () => void;
}

interface Options {
  /** Columns of a terminal's window; nothing for what is no terminal. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Absent for a day. */
  readonly seconds?: number;
  readonly quiet?: boolean;
  readonly signal?: AbortSignal;
}

/** Waits for jobs by their ids, with an AWS and a clock that do as they are told. */
function wait(jobIds: readonly string[], answer: Parameters<typeof kit>[0], options: Options = {}): Watching {
  const { columns, env = { NO_COLOR: "1" }, quiet = false, seconds } = options;
  const stopping = new AbortController();
  const made = kit(answer);
  const written: string[] = [];
  const sink = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  });
  const stream: Output = columns === undefined ? sink : Object.assign(sink, { isTTY: true, columns });
  const jobs: WaitedJob[] = [];
  const { clock, watcher } = made;
  const display = waitDisplay({
    stream,
    look: lookOf(stream, env),
    clock,
    jobs,
    ...(seconds === undefined ? {} : { ofSeconds: seconds }),
  });
  const outcomes = waitForOutcomes(
    jobIds.map((id) => (id.includes(":") ? id : arn(id).text)),
    {
      watcher,
      now: () => clock.now(),
      timeoutMs: (seconds ?? 86_400) * 1000,
      stop: options.signal ?? stopping.signal,
      jobs,
      display: quiet ? noDisplay : display,
      tell: (outcome) => written.push(`<${told(outcome)}>`),
    },
  );
  return { ...made, fate: new Fate(outcomes, clock), written, stop: () => stopping.abort() };
}

function told(outcome: StatusOutcome): string {
  if (outcome.kind === "not_an_arn") return "no ARN";
  if (outcome.kind === "call_failed") return `failed: ${outcome.failure.name}`;
  const { invocationArn, status } = outcome.answer;
  return `${invocationArn.split("/")[1]}: ${status}`;
}

/** Created, from 8 s on InProgress, from 23 s on Success. */
const moving = (_: string, { startedAt }: { readonly startedAt: number }) =>
  startedAt < 8_000 ? created : startedAt < 23_000 ? running : success;

/** What is left on a screen: each line as it was when the next began. */
function screen(written: readonly string[]): string[] {
  const lines = [""];
  for (const text of written) {
    if (text.startsWith("<")) lines.push(text, "");
    else lines[lines.length - 1] = text.split("\r\x1b[2K").at(-1) ?? "";
  }
  return lines.filter((line) => line !== "");
}

describe("on a terminal", () => {
  test("one line with the state and the time is redrawn each second, and gone before the result", async () => {
    const { clock, fate, written } = wait(["a"], moving, { columns: 80 });
    await clock.advance(1_000);
    expect(screen(written)).toEqual(["… 1 s · Created"]);
    await clock.advance(2_000);
    expect(screen(written)).toEqual(["… 3 s · Created"]);
    await clock.advance(12_500);
    expect(screen(written)).toEqual(["… 15 s · InProgress"]);
    expect(written.length).toBeLessThan(25);
    await clock.advance(15_000);
    expect(screen(written)).toEqual(["<a: Success>"]);
    expect(written.slice(-2)).toEqual(["\r\x1b[2K", "<a: Success>"]);
    expect(fate.value).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  test("nothing is drawn for a job that has ended already", async () => {
    const { clock, fate, written } = wait(["a"], success, { columns: 80 });
    await clock.advance(200);
    expect([fate.at, written]).toEqual([100, ["<a: Success>"]]);
  });

  test("says how long it waits where it was told", async () => {
    const { clock, written } = wait(["a"], running, { columns: 80, seconds: 90 });
    await clock.advance(30_000);
    expect(screen(written)).toEqual(["… 30 s of 1 min 30 s · InProgress"]);
  });

  test("several jobs: how many have ended, and what the others do; each is told when it ends", async () => {
    const answer = (id: string, { startedAt }: { readonly startedAt: number }) =>
      id === "quick" && startedAt > 4_000 ? success : id === "c" ? created : running;
    const { clock, fate, written, stop } = wait(["b", "c", "d", "quick"], answer, { columns: 80 });
    await clock.advance(3_000);
    expect(screen(written)).toEqual(["… 3 s · 0 of 4 ended; 3 InProgress, 1 Created"]);
    await clock.advance(2_200);
    expect(screen(written)).toEqual(["<quick: Success>", "… 5 s · 1 of 4 ended; 2 InProgress, 1 Created"]);
    await clock.advance(1_800);
    expect(screen(written)).toEqual(["<quick: Success>", "… 7 s · 1 of 4 ended; 2 InProgress, 1 Created"]);
    stop();
    await settle();
    expect(screen(written)).toEqual([
      "<quick: Success>",
      "<b: InProgress>",
      "<c: Created>",
      "<d: InProgress>",
    ]);
    expect(fate.value?.map(told)).toEqual(["b: InProgress", "c: Created", "d: InProgress", "quick: Success"]);
  });

  test("a check that failed in passing is said, and that it passed", async () => {
    let throttle = true;
    const { clock, written } = wait(["a"], () => (throttle ? failure("throttled") : running), {
      columns: 80,
    });
    await clock.advance(2_000);
    expect(screen(written)).toEqual(["… 2 s · no answer yet; the last check failed (throttled)"]);
    throttle = false;
    await clock.advance(6_000);
    expect(screen(written)).toEqual(["… 8 s · InProgress"]);
  });

  test("is coloured, unless NO_COLOR is set", async () => {
    for (const [env, colored] of [
      [{}, true],
      [{ NO_COLOR: "1" }, false],
    ] as const) {
      const { clock, written } = wait(["a"], running, { columns: 80, env });
      await clock.advance(2_000);
      expect(written.at(-1)?.includes("\x1b[33m… 2 s")).toBe(colored);
    }
  });

  test("a dumb one gets plain lines", async () => {
    const { clock, written } = wait(["a"], running, { columns: 80, env: { TERM: "dumb" } });
    await clock.advance(10_000);
    expect(written).toEqual(["[0 s] a: InProgress\n"]);
  });

  test("the line never breaks, however narrow the window and whatever AWS says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 90 }),
        fc.string({ unit: "binary", maxLength: 80 }),
        async (columns, status) => {
          const { clock, written, stop } = wait(["a", "b"], { status }, { columns });
          await clock.advance(1_500);
          stop();
          for (const text of written.filter((each) => !each.startsWith("<"))) {
            const shown = text.replaceAll("\r\x1b[2K", "");
            expect(shown).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
            expect(columnsOf(shown)).toBeLessThan(columns);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

test("a line of the log stands on a line of its own", async () => {
  await using endpoint = scriptedEndpoint(async ({ body }, index) => {
    if (body.includes("/shown")) return jobAnswer({ status: "Created" });
    await Bun.sleep(100 + index);
    return awsError("InternalServerException", "oh", { status: 500 });
  });
  const ran = await runCommand(
    [
      "status",
      "--wait",
      "1",
      "--log-level",
      "debug",
      "--log-format",
      "text",
      arn("shown").text,
      arn("b").text,
    ],
    {
      columns: 80,
      env: { ...isolated, AWS_ENDPOINT_URL: endpoint.url, AWS_MAX_ATTEMPTS: "1", NO_COLOR: "1" },
    },
  );
  expect(ran.stderr).toMatch(
    / · .*Created.*\r\x1b\[2K\d\d:\d\d:\d\d debug AWS call failed[^\n]*\n\r\x1b\[2K… /s,
  );
});

describe("elsewhere", () => {
  test("a line for each change, and none for the end, which the result tells", async () => {
    const { clock, written } = wait(["a"], moving);
    await clock.advance(40_000);
    expect(written).toEqual(["[0 s] a: Created\n", "[10 s] a: InProgress\n", "<a: Success>"]);
  });

  test("a second that has not passed is not counted", async () => {
    const { clock, runtime, written } = wait(["a"], running);
    runtime.latencyMs = 1_900;
    await clock.advance(2_000);
    expect(written).toEqual(["[1 s] a: InProgress\n"]);
  });

  test("one line a minute where nothing changes, whatever the number of jobs", async () => {
    const one = wait(["a"], running);
    await one.clock.advance(200_000);
    expect(one.written).toEqual([
      "[0 s] a: InProgress\n",
      expect.stringMatching(/^\[1 min( \d+ s)?] a: InProgress\n$/),
      expect.stringMatching(/^\[2 min( \d+ s)?] a: InProgress\n$/),
      expect.stringMatching(/^\[3 min( \d+ s)?] a: InProgress\n$/),
    ]);
    const many = wait(["a", "b", "c"], running);
    await many.clock.advance(100_000);
    expect(many.written.slice(3)).toEqual([
      expect.stringMatching(/^\[1 min( \d+ s)?] 0 of 3 ended; 3 InProgress\n$/),
    ]);
  });
});

describe("how it ends", () => {
  test("the time being up is told with the status as it is; the job runs on", async () => {
    const { clock, fate } = wait(["a"], running, { seconds: 60 });
    await clock.advance(59_999);
    expect(fate.value).toBeUndefined();
    await clock.advance(1);
    expect(fate.value).toMatchObject([{ answer: { status: "InProgress", waited: { timedOut: true } } }]);
    expect(codeOf(fate)).toBe(4);
    expect(rowOf(fate, "waited")).toMatch(/^1 min, \d+ checks; the time is up$/);
  });

  test("told to stop, it ends at once with what is known", async () => {
    const { clock, fate, runtime, stop } = wait(["a", "b"], (id) => (id === "a" ? running : success));
    await clock.advance(3_000);
    stop();
    await settle();
    expect([fate.at, codeOf(fate), clock.sleeping]).toEqual([3_000, 4, 0]);
    expect(rowOf(fate, "waited")).toBe("3 s, 1 check; stopped");
    const { length } = runtime.calls;
    await clock.advance(60_000);
    expect(runtime.calls).toHaveLength(length);
  });

  test("told to stop before AWS answered, or before it began, nothing is known", async () => {
    const begun = wait(["a"], running);
    await begun.clock.advance(50);
    begun.stop();
    await settle();
    expect([codeOf(begun.fate), begun.runtime.calls[0]?.aborted]).toEqual([1, true]);
    const never = wait(["a"], running, { signal: AbortSignal.abort() });
    await never.clock.advance(1_000);
    expect([never.fate.value?.map(told), never.runtime.calls.length]).toEqual([["failed: cancelled"], 0]);
  });

  test("leaves nobody behind who listens for a stop", async () => {
    const { listeners, signal } = countedSignal();
    const { clock, fate } = wait(["a"], success, { signal });
    await clock.advance(1_000);
    expect([codeOf(fate), listeners()]).toEqual([0, 0]);
  });

  test("what somebody has to mend ends it at once, for that job alone", async () => {
    const { clock, fate, written } = wait(
      ["no", "a"],
      (id) => (id === "no" ? failure("access_denied", { awsErrorName: "AccessDeniedException" }) : running),
      { quiet: true },
    );
    await clock.advance(5_000);
    expect(written).toEqual(["<failed: AccessDeniedException>"]);
    expect(fate.value).toBeUndefined();
  });

  test("what is no ARN is told before anything is waited for", async () => {
    const { clock, fate, written, runtime } = wait(["s3://b/k", "a"], success);
    await settle();
    expect(written).toEqual(["<no ARN>"]);
    await clock.advance(1_000);
    expect([fate.value?.map(told), codeOf(fate), runtime.calls.length]).toEqual([
      ["no ARN", "a: Success"],
      2,
      1,
    ]);
  });

  test("checks that failed on the way are told with the result", async () => {
    const { clock, fate } = wait(["a"], (_, { startedAt }) =>
      startedAt < 4_000 ? failure("throttled", { awsErrorName: "ThrottlingException" }) : success,
    );
    await clock.advance(10_000);
    expect(codeOf(fate)).toBe(0);
    expect(rowOf(fate, "waited")).toBe("5 s, 2 checks; 1 of them failed, the last with ThrottlingException");
  });

  test("a job that had ended already was not waited for", async () => {
    const { clock, fate } = wait(["a"], success);
    await clock.advance(1_000);
    expect(rowOf(fate, "waited")).toBeUndefined();
  });
});

function codeOf({ value }: Fate<StatusOutcome[]>): number | undefined {
  return value === undefined ? undefined : worst(value.map(exitCodeOf));
}

/** What the first outcome says beside that name. */
function rowOf({ value: [first] = [] }: Fate<StatusOutcome[]>, name: string): string | undefined {
  const rows =
    first === undefined ? [] : statusBlocks(first).flatMap((block) => ("rows" in block ? block.rows : []));
  return rows.find(([label]) => label === name)?.[1];
}
