import { expect, test } from "bun:test";
import { silentLog, systemClock } from "../../src/ports.ts";
import { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";
import { createCatalogue } from "../../src/tools/catalogue.ts";
import { watcherOf } from "../support/watcher-of.ts";
import { answerTo } from "./one-request.ts";

const catalogue = createCatalogue({
  watcher: watcherOf(() => Promise.reject(new Error("not asked"))),
  now: () => 0,
  random: () => 0.5,
});
const serverFor = sdkV1Servers({ catalogue, clock: systemClock, log: silentLog });

test.each([
  ["tasks/get", { taskId: 5 }, "params.taskId"],
  ["tasks/result", {}, "params.taskId"],
  ["tasks/cancel", undefined, "params"],
  ["tools/call", undefined, "params"],
  ["tools/call", { name: "wait_for_data_automation_job", task: "soon" }, "params.task"],
  ["resources/read", { uri: 7 }, "params.uri"],
  ["resources/subscribe", {}, "params.uri"],
  ["prompts/get", { name: "explain_data_automation_job", arguments: "x" }, "params.arguments"],
  ["completion/complete", { ref: { type: "ref/nothing" } }, "params"],
])("%s with params %j is answered in one line that names what is wrong", async (method, params, named) => {
  const answer = await answerTo(serverFor, { method, ...(params === undefined ? {} : { params }) });
  expect(answer).toMatchObject({
    error: { code: -32602, message: expect.stringMatching(new RegExp(`^${named}[^\\n]*$`)) },
  });
});
