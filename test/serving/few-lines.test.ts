import { expect, test } from "bun:test";
import { type LogFields, silentLog } from "../../src/ports.ts";
import { fewWarnings } from "../../src/serving/few-lines.ts";
import { FakeClock } from "../support/fake-clock.ts";

test("of a storm of warnings ten are written in 10 s, the rest are counted, and others are not held back", async () => {
  const clock = new FakeClock();
  const written: (readonly [string, LogFields | undefined])[] = [];
  const warn = (message: string, fields?: LogFields) => void written.push([message, fields]);
  const log = fewWarnings({ ...silentLog, warn }, clock);
  for (let times = 0; times < 25; times += 1) log.warn("not handled", { reason: "storm" });
  log.warn("not handled", { reason: "another" });
  log.warn("alone");
  expect(written.map(([message, fields]) => `${message} ${fields?.reason}`)).toEqual([
    ...Array(10).fill("not handled storm"),
    "not handled another",
    "alone undefined",
  ]);
  written.length = 0;
  await clock.advance(10_000);
  expect(written).toEqual([["more of: not handled", { reason: "storm", lines: 15, seconds: 10 }]]);
  log.warn("not handled", { reason: "storm" });
  expect(written).toHaveLength(2);
});
