import { expect, test } from "bun:test";
import { silentLog, systemClock } from "../../src/ports.ts";
import { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";
import { createCatalogue } from "../../src/tools/catalogue.ts";
import { watcherOf } from "../support/watcher-of.ts";
import { answerTo } from "./one-request.ts";

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";

test.each([
  ["resources/read", { uri: "bedrock-data-automation://us-east-1/111122223333/0a1b2c3d" }],
  ["tools/call", { name: "get_data_automation_status", arguments: { invocationArn: arn } }],
])(
  "a bug behind %s is told as this server's fault, without its words, and the log has its place",
  async (method, params) => {
    const logged: unknown[] = [];
    const serverFor = sdkV1Servers({
      catalogue: createCatalogue({
        watcher: watcherOf(() => Promise.reject(new TypeError("words-of-the-bug"))),
        now: () => 0,
        random: () => 0.5,
      }),
      clock: systemClock,
      log: { ...silentLog, error: (message, fields) => logged.push(message, fields?.fault) },
    });
    const text = JSON.stringify(await answerTo(serverFor, { method, params }));
    expect(text).toContain("by a fault of this server");
    expect(text).not.toContain("words-of-the-bug");
    expect(logged).toEqual([
      expect.stringContaining("by a fault of this server"),
      expect.stringMatching(/^TypeError at .*fault\.test\.ts/),
    ]);
  },
);
