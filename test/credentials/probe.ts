// Run as a child on each runtime: takes steps through one credential source and prints what each came to. Everything
// that could be shown of it, log and errors with all they hold, goes to stderr.
import { rmSync, writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { CallError } from "../../src/aws/call-error.ts";
import { createCredentialSource } from "../../src/aws/credential-source.ts";
import type { Credentials } from "../../src/aws/credentials.ts";
import { loadProfileSettings } from "../../src/aws/shared-config.ts";
import { createLog } from "../../src/cli/log.ts";
import { type Clock, systemClock } from "../../src/ports.ts";
import { denoAllows } from "../../src/serving/listen.ts";
import type { Step } from "./steps.ts";

const { profile, region, steps } = JSON.parse(process.argv[2] ?? "{}") as {
  readonly profile?: string;
  readonly region?: string;
  readonly steps: readonly Step[];
};
let ahead = 0;
const clock: Clock = {
  now: () => systemClock.now() + ahead,
  monotonic: () => systemClock.monotonic() + ahead,
  after: systemClock.after,
  sleep: systemClock.sleep,
};
const given = { env: process.env, ...(profile === undefined ? {} : { profile }) };
const source = createCredentialSource({
  ...given,
  ...(region === undefined ? {} : { region }),
  clock,
  log: createLog({
    level: "debug",
    format: "json",
    write: (line) => console.error(line),
    now: () => clock.now(),
  }),
  mayReach: (host) => denoAllows({ name: "net", host }),
});
let last: Credentials | undefined;

async function take(step: Step): Promise<unknown> {
  switch (step.do) {
    case "get": {
      const answers = await Promise.all(Array.from({ length: step.callers ?? 1 }, () => source.get()));
      last = answers[0];
      if (last === undefined) return {};
      const { accessKeyId, source: from, expiresAt, sessionToken } = last;
      return {
        endsIn: accessKeyId.slice(-4),
        source: from,
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
        temporary: sessionToken !== undefined,
      };
    }
    case "refused":
      if (last !== undefined) source.refused(last);
      return {};
    case "write":
      writeFileSync(step.path, step.text);
      return {};
    case "remove":
      rmSync(step.path);
      return {};
    case "advance":
      ahead += step.milliseconds;
      return {};
    case "settings":
      return await loadProfileSettings(given);
  }
}

const outcomes: unknown[] = [];
for (const step of steps) {
  try {
    outcomes.push(await take(step));
  } catch (thrown) {
    console.error(inspect(thrown, { depth: 10, showHidden: true }));
    if (!(thrown instanceof CallError)) throw thrown;
    outcomes.push({ code: thrown.code, message: thrown.message, ...thrown.facts });
  }
}
console.log(JSON.stringify(outcomes));
// A source that hangs keeps its socket open.
process.exit(0);
