import { describe, expect, test } from "bun:test";
import { CallError } from "../../src/aws/call-error.ts";
import { type AskSource, CredentialMemory, credentialTimes } from "../../src/aws/credential-memory.ts";
import { type Log, silentLog } from "../../src/ports.ts";
import { StepClock } from "../support/step-clock.ts";

const { waitMs, waitWithGoodOnesMs, pauseMs, renewBeforeMs } = credentialTimes;
const start = Date.parse("2026-03-05T12:00:00Z");
const hour = 3_600_000;

interface Answer {
  readonly id?: string;
  readonly secret?: string;
  readonly expiresIn?: number;
  readonly mayChange?: boolean;
}

/** A source whose answers wait until the test gives them, with the clock that the memory goes by. */
function world(moreTimeouts: readonly number[] = [], log: Log = silentLog) {
  const clock = new StepClock({ timeouts: [waitMs, waitWithGoodOnesMs, ...moreTimeouts], now: start });
  const open: PromiseWithResolvers<Answer>[] = [];
  let asked = 0;
  const ask: AskSource = async (onSource) => {
    asked += 1;
    onSource("profile test (SSO)");
    const waiting = Promise.withResolvers<Answer>();
    open.push(waiting);
    const { id = "AKIA1", secret = "secret", expiresIn, mayChange = false } = await waiting.promise;
    return {
      accessKeyId: id,
      secretAccessKey: secret,
      ...(expiresIn === undefined ? {} : { expiresAt: clock.now() + expiresIn }),
      source: "profile test (SSO)",
      mayChange,
    };
  };
  const memory = new CredentialMemory(ask, clock, log);
  return {
    clock,
    memory,
    asked: () => asked,
    answer: (answer: Answer = {}) => open.shift()?.resolve(answer),
    fail: (thrown: unknown) => open.shift()?.reject(thrown),
    /** Asks, and has the source answer. */
    async have(answer: Answer = {}) {
      const got = memory.get();
      open.shift()?.resolve(answer);
      return await got;
    },
    pass: (milliseconds: number) => clock.sleep(milliseconds),
  };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "none",
    (thrown: unknown) => (thrown instanceof CallError ? thrown.code : thrown),
  );
}

describe("credentials are remembered", () => {
  test("one question serves all callers, and those who come later", async () => {
    const { memory, answer, asked } = world();
    const callers = [memory.get(), memory.get(), memory.get()];
    answer();
    const [first, ...others] = await Promise.all(callers);
    for (const other of others) expect(other).toBe(first as never);
    expect(await memory.get()).toBe(first as never);
    expect(asked()).toBe(1);
  });

  test("keys without an expiry are kept for good, unless they stand in a file", async () => {
    const kept = world();
    await kept.have({ mayChange: false });
    await kept.pass(100 * hour);
    await kept.memory.get();
    expect(kept.asked()).toBe(1);

    const file = world();
    await file.have({ mayChange: true });
    await file.pass(pauseMs - 1);
    await file.memory.get();
    expect(file.asked()).toBe(1);
    await file.pass(1);
    expect((await file.have({ id: "AKIA2", mayChange: true })).accessKeyId).toBe("AKIA2");
  });

  test("a failure is not remembered", async () => {
    const { memory, fail, have } = world();
    const got = codeOf(memory.get());
    fail(new CallError("login_expired", "expired"));
    expect(await got).toBe("login_expired");
    expect((await have()).accessKeyId).toBe("AKIA1");
  });
});

describe("credentials are renewed", () => {
  test("five minutes before they expire, not earlier", async () => {
    const { memory, have, pass, asked } = world();
    await have({ expiresIn: hour });
    await pass(hour - renewBeforeMs - 1);
    await memory.get();
    expect(asked()).toBe(1);
    await pass(1);
    expect((await have({ id: "AKIA2", expiresIn: hour })).accessKeyId).toBe("AKIA2");
  });

  test("a source that gives short-lived ones is not asked over and over", async () => {
    const { memory, have, pass, asked } = world();
    await have({ expiresIn: 2 * 60_000 });
    await memory.get();
    await pass(pauseMs - 1);
    await memory.get();
    expect(asked()).toBe(1);
    await pass(1);
    await have({ expiresIn: 2 * 60_000 });
    expect(asked()).toBe(2);
  });

  test("where that fails, the old ones are used while they last, and the log says so", async () => {
    const warnings: unknown[] = [];
    const { memory, have, fail, pass, asked } = world([], {
      ...silentLog,
      warn: (message, fields) => warnings.push([message, fields]),
    });
    const old = await have({ expiresIn: hour });
    await pass(hour - 60_000);
    const again = memory.get();
    fail(new CallError("login_expired", "The login has expired."));
    expect(await again).toBe(old);
    expect(warnings).toEqual([
      [expect.stringContaining("old ones are used"), expect.objectContaining({ code: "login_expired" })],
    ]);
    await memory.get();
    expect(asked()).toBe(2);
    await pass(60_000);
    const late = codeOf(memory.get());
    fail(new CallError("login_expired", "The login has expired."));
    expect(await late).toBe("login_expired");
  });

  test("where that takes long, callers go on with the old ones after two seconds, and get the new ones later", async () => {
    const { memory, clock, have, answer, pass, asked } = world();
    const old = await have({ expiresIn: hour });
    await pass(hour - 60_000);
    const again = memory.get();
    clock.runOut(waitWithGoodOnesMs);
    expect(await again).toBe(old);
    expect(await memory.get()).toBe(old);
    answer({ id: "AKIA2", expiresIn: hour });
    await Bun.sleep(0);
    expect((await memory.get()).accessKeyId).toBe("AKIA2");
    expect(asked()).toBe(2);
  });

  test("expired ones from the source are handed on, for AWS to judge, and not kept", async () => {
    const { have, asked } = world();
    await have({ expiresIn: -1 });
    await have({ expiresIn: -1 });
    expect(asked()).toBe(2);
  });
});

describe("credentials that AWS refused", () => {
  test("are asked for anew", async () => {
    const { memory, have } = world();
    memory.refused(await have());
    expect((await have({ id: "AKIA2" })).accessKeyId).toBe("AKIA2");
    expect((await memory.get()).accessKeyId).toBe("AKIA2");
  });

  test("are never handed out from memory, even where the source gives them again", async () => {
    const { memory, have, asked } = world();
    memory.refused(await have());
    expect((await have()).accessKeyId).toBe("AKIA1");
    expect((await have()).accessKeyId).toBe("AKIA1");
    expect((await have({ secret: "corrected" })).secretAccessKey).toBe("corrected");
    await memory.get();
    expect(asked()).toBe(4);
  });

  test("are not mistaken for newer ones, when a slow caller reports late", async () => {
    const { memory, have, asked } = world();
    const old = await have();
    memory.refused(old);
    await have({ id: "AKIA2" });
    memory.refused(old);
    expect((await memory.get()).accessKeyId).toBe("AKIA2");
    expect(asked()).toBe(2);
  });
});

describe("signing keys", () => {
  test("stay while the keys do, and go when they rotate", async () => {
    const { have, pass } = world();
    const first = await have({ mayChange: true });
    await pass(pauseMs);
    const same = await have({ mayChange: true });
    expect(same.signingKeys).toBe(first.signingKeys);
    await pass(pauseMs);
    const other = await have({ secret: "another", mayChange: true });
    expect(other.signingKeys).not.toBe(first.signingKeys);
  });
});

test("the log shows how a key id ends, and nothing of a text that is none", async () => {
  const ids = ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "akiaiosfodnn7example"];
  const shown: unknown[] = [];
  for (const id of ids) {
    const { have } = world([], { ...silentLog, debug: (_, fields) => shown.push(fields?.keyEndsIn) });
    await have({ id });
  }
  expect(shown).toEqual(["MPLE", undefined, undefined]);
});

describe("waiting for a source", () => {
  test("a caller who leaves is let go at once; the others get their answer", async () => {
    const { memory, answer, asked } = world();
    const leaving = new AbortController();
    const left = codeOf(memory.get({ signal: leaving.signal }));
    const staying = memory.get();
    leaving.abort();
    expect(await left).toBe("cancelled");
    answer();
    expect((await staying).accessKeyId).toBe("AKIA1");
    expect(asked()).toBe(1);
  });

  test("a caller who has left already asks nothing", async () => {
    const { memory, asked } = world();
    expect(await codeOf(memory.get({ signal: AbortSignal.abort() }))).toBe("cancelled");
    expect(asked()).toBe(0);
  });

  test("a failure that nobody waits for any more harms nobody", async () => {
    const { memory, fail } = world();
    const leaving = new AbortController();
    const left = codeOf(memory.get({ signal: leaving.signal }));
    leaving.abort();
    await left;
    fail(new Error("late"));
    await Bun.sleep(0);
  });

  test("ends after ten seconds, and says which source it was; who asks then joins", async () => {
    const { memory, clock, answer, asked } = world();
    const got = memory.get().catch((thrown: unknown) => thrown);
    clock.runOut(waitMs);
    const thrown = await got;
    expect(thrown).toMatchObject({
      code: "credentials_failed",
      facts: { credentialSource: "profile test (SSO)", timeoutMs: waitMs },
    });
    const later = memory.get();
    answer();
    expect((await later).accessKeyId).toBe("AKIA1");
    expect(asked()).toBe(1);
  });

  test("ends earlier for whoever can wait less, in whole milliseconds; the others wait on", async () => {
    const { memory, clock, answer, asked } = world([2_000]);
    const patient = memory.get();
    const hasty = memory.get({ waitMs: 1_999.4 }).catch((thrown: unknown) => thrown);
    clock.runOut(2_000);
    expect(await hasty).toMatchObject({
      code: "credentials_failed",
      message: "The source of the credentials has not answered within 2 s.",
      facts: { credentialSource: "profile test (SSO)", timeoutMs: 2_000 },
    });
    answer();
    expect([(await patient).accessKeyId, asked()]).toEqual(["AKIA1", 1]);
  });

  test("a source that breaks in an unknown way is told without its words", async () => {
    const { memory, fail } = world();
    const got = memory.get().catch((thrown: unknown) => thrown);
    fail(new Error("secret words"));
    const thrown = await got;
    expect(thrown).toMatchObject({ code: "credentials_failed" });
    expect(Bun.inspect(thrown, { depth: 10 })).not.toContain("secret words");
  });

  test.each(["line\nbreak", "blank inside", "käse", ""])(
    "keys that no header can carry are refused, not shown: %j",
    async (secret) => {
      const { memory, answer } = world();
      const got = memory.get().catch((thrown: unknown) => thrown);
      answer({ secret: secret && `MARK${secret}` });
      const thrown = await got;
      expect(thrown).toMatchObject({ code: "credentials_failed" });
      expect(Bun.inspect(thrown, { depth: 10 })).not.toContain("MARK");
    },
  );
});
