import { CallError } from "../../src/aws/call-error.ts";
import { systemClock } from "../../src/ports.ts";
import { WaitTasks } from "../../src/tools/wait-tasks.ts";
import { watcherOf } from "../support/watcher-of.ts";

const arnOf = (job: string) => `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${job}`;

/** Jobs that last as long as their id says, or that nobody may ask about once they have lasted a second. */
const watcher = watcherOf(async ({ jobId }) => {
  const [kind, endsAt] = jobId.split("-");
  const over = systemClock.now() >= Number(endsAt);
  if (over && kind === "denied") throw new CallError("access_denied", "Nobody may.", {});
  return { status: over ? "Success" : "InProgress" };
});

/** This product's tasks, for the suite's tools: what it calls with a number of seconds is a wait for such a job. */
export class SuiteTasks extends WaitTasks {
  constructor() {
    super({
      watcher,
      now: () => systemClock.now(),
      random: Math.random,
      taskSecret: undefined,
      related: {},
    });
  }

  override create(
    { seconds }: Readonly<Record<string, unknown>>,
    ...others: Parameters<WaitTasks["create"]> extends [unknown, ...infer Rest] ? Rest : never
  ): ReturnType<WaitTasks["create"]> {
    const endsAt = systemClock.now() + 1000 * (typeof seconds === "number" ? seconds : 1);
    const kind = seconds === undefined ? "denied" : "lasting";
    return super.create({ invocationArn: arnOf(`${kind}-${endsAt}`) }, ...others);
  }
}
