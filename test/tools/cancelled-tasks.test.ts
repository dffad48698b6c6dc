import { expect, test } from "bun:test";
import { CancelledTasks } from "../../src/tools/cancelled-tasks.ts";
import { callerNamed } from "../support/caller.ts";

test("nobody's many cancelled tasks make another's forgotten, and all of it is bounded", () => {
  const cancelled = new CancelledTasks();
  const [alice, bob] = [callerNamed("alice"), callerNamed("bob")];
  cancelled.note("alices", alice, 1);
  for (let task = 0; task < 10_000; task++) cancelled.note(`bobs-${task}`, bob, 2);
  expect(cancelled.at("alices", alice)).toBe(1);
  expect(cancelled.at("alices", bob)).toBeUndefined();
  expect([cancelled.at("bobs-0", bob), cancelled.at("bobs-9999", bob)]).toEqual([undefined, 2]);
  for (let caller = 0; caller < 10_000; caller++) cancelled.note("one", callerNamed(`caller-${caller}`), 3);
  expect(cancelled.at("alices", alice)).toBeUndefined();
});
