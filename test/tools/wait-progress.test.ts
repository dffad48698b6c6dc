import { expect, test } from "bun:test";
import { onlyCaller } from "../../src/caller.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { callTool } from "../../src/protocol/call-tool.ts";
import type { ToolProgress } from "../../src/tools/tool.ts";
import { waitForDataAutomationJob } from "../../src/tools/wait-for-data-automation-job.ts";

const invocationArn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";

test("how far a wait is, is told to the millisecond", async () => {
  const told: ToolProgress[] = [];
  const tool = waitForDataAutomationJob({
    now: () => 0,
    related: {},
    watcher: {
      async wait(_, { onProgress }) {
        for (const elapsedSeconds of [0.015655046999999995, 0.0171, 4.5]) {
          onProgress?.({ elapsedSeconds, checks: 1, nextCheckInSeconds: 0 });
        }
        const waited = { seconds: 5, checks: 1, failedChecks: 0, timedOut: true, stopped: false };
        return { job: { status: "InProgress" }, observedAt: 0, shared: false, waited };
      },
    },
  });
  const reportProgress = (progress: ToolProgress) => void told.push(progress);
  const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress };
  await callTool(tool, { invocationArn }, context, { clock: systemClock, log: silentLog });
  expect(told.map(({ progress }) => progress)).toEqual([0.016, 0.017, 4.5]);
});
