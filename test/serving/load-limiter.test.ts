import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LoadLimiter, Place } from "../../src/serving/load-limiter.ts";

const limits = { maxInFlight: 4, maxInFlightPerCaller: 2, maxWaits: 3, maxWaitsPerCaller: 2 };

/** One whose body is still being read. */
function placeFor(load: LoadLimiter, caller: string): Place {
  const place = load.enter(caller);
  if (place instanceof Place) return place;
  throw new Error(`no place: ${JSON.stringify(place)}`);
}

function callOf(load: LoadLimiter, caller: string, kind: "call" | "wait" = "call"): Place {
  const place = placeFor(load, caller);
  expect(place.become(kind)).toBeUndefined();
  return place;
}

describe("calls that are open", () => {
  test("beyond a caller's bound are refused to that caller alone, and make room when they end", () => {
    const load = new LoadLimiter(limits);
    const first = callOf(load, "a");
    callOf(load, "a");
    expect(load.enter("a")).toEqual({ why: "caller", kind: "call", limit: 2 });
    callOf(load, "b");
    first.leave();
    first.leave();
    callOf(load, "a");
    expect(load.enter("a")).toEqual({ why: "caller", kind: "call", limit: 2 });
    expect(load.stats).toEqual({
      bodies: 0,
      calls: 3,
      waits: 0,
      refused: { stopping: 0, all: 0, caller: 2 },
    });
  });

  test("beyond the bound of all are refused to everybody", () => {
    const load = new LoadLimiter(limits);
    for (const caller of ["a", "a", "b", "b"]) callOf(load, caller);
    expect(load.enter("c")).toEqual({ why: "all", kind: "call", limit: 4 });
  });

  test("of the only caller there is are bound by the bound of all", () => {
    const load = new LoadLimiter(limits);
    for (let count = 0; count < limits.maxInFlight; count += 1) callOf(load, "");
    expect(load.enter("")).toEqual({ why: "all", kind: "call", limit: 4 });
  });

  test("as waits take no room from short calls, and have bounds of their own", () => {
    const load = new LoadLimiter(limits);
    const [first] = ["a", "a", "b"].map((caller) => callOf(load, caller, "wait"));
    const more = placeFor(load, "a");
    expect(more.become("wait")).toEqual({ why: "caller", kind: "wait", limit: 2 });
    expect(placeFor(load, "c").become("wait")).toEqual({ why: "all", kind: "wait", limit: 3 });
    expect(load.stats).toMatchObject({ bodies: 2, calls: 0, waits: 3 });
    first?.leave();
    expect(more.become("wait")).toBeUndefined();
    expect(load.stats).toMatchObject({ bodies: 1, calls: 0, waits: 3 });
  });

  test("are let end when the server stops, those whose body is on its way too, and no more are taken", async () => {
    const load = new LoadLimiter(limits);
    const call = placeFor(load, "a");
    const wait = callOf(load, "b", "wait");
    let over = false;
    const drained = load.drain().then(() => {
      over = true;
    });
    expect(load.enter("c")).toEqual({ why: "stopping", kind: "call" });
    expect(call.become("call")).toBeUndefined();
    wait.leave();
    await Promise.resolve();
    expect(over).toBe(false);
    call.leave();
    await drained;
    await new LoadLimiter(limits).drain();
  });

  test("are refused once their body is there, where others were quicker", () => {
    const load = new LoadLimiter(limits);
    const slow = placeFor(load, "c");
    for (const caller of ["a", "a", "b", "b"]) callOf(load, caller);
    expect(slow.become("call")).toEqual({ why: "all", kind: "call", limit: 4 });
    slow.leave();
    expect(load.stats).toMatchObject({ bodies: 0, calls: 4 });
  });

  test("are never miscounted, in whatever order they come, wait and go", () => {
    const step = fc.record({
      what: fc.constantFrom("enter", "call", "wait", "leave"),
      caller: fc.constantFrom("", "a", "b", "c"),
      which: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const load = new LoadLimiter(limits);
        const open: { readonly place: Place; readonly caller: string; kind: string }[] = [];
        for (const { caller, what, which } of steps) {
          const one = open[which % Math.max(1, open.length)];
          if (what === "enter") {
            const place = load.enter(caller);
            if (place instanceof Place) open.push({ place, caller, kind: "body" });
          } else if ((what === "call" || what === "wait") && one !== undefined) {
            if (one.place.become(what) === undefined && one.kind === "body") one.kind = what;
          } else if (one !== undefined) {
            one.place.leave();
            open.splice(open.indexOf(one), 1);
          }
          const count = (kind: string, name?: string) =>
            open.filter((each) => each.kind === kind && (name === undefined || each.caller === name)).length;
          const [bodies, calls, waits] = [count("body"), count("call"), count("wait")];
          expect(load.stats).toMatchObject({ bodies, calls, waits });
          expect(calls).toBeLessThanOrEqual(limits.maxInFlight);
          expect(waits).toBeLessThanOrEqual(limits.maxWaits);
          for (const name of ["a", "b", "c"]) {
            expect(count("call", name)).toBeLessThanOrEqual(limits.maxInFlightPerCaller);
            expect(count("wait", name)).toBeLessThanOrEqual(limits.maxWaitsPerCaller);
          }
        }
      }),
    );
  });
});

describe("bodies that are read", () => {
  /** As many as there may be, each with what it hears when its place is taken. */
  function filled(load: LoadLimiter, callers: readonly string[]) {
    const lost: number[] = [];
    for (let index = 0; index < 256; index += 1) {
      const place = placeFor(load, callers[index % callers.length] ?? "");
      place.onLost = () => lost.push(index);
    }
    return lost;
  }

  test("take no room from calls, and one that is longest on its way makes room for the next", () => {
    const load = new LoadLimiter(limits);
    const lost = filled(load, [""]);
    expect(lost).toEqual([]);
    callOf(load, "");
    expect(lost).toEqual([0]);
    placeFor(load, "");
    expect(lost).toEqual([0]);
    placeFor(load, "");
    expect(lost).toEqual([0, 1]);
    expect(load.stats).toMatchObject({ bodies: 256, calls: 1, refused: { all: 2 } });
  });

  test("of whoever has most of them make room, not another's", () => {
    const load = new LoadLimiter(limits);
    const mine = placeFor(load, "quiet");
    mine.onLost = () => expect.unreachable();
    const lost = filled(load, ["busy"]);
    for (let more = 0; more < 300; more += 1) placeFor(load, "busy");
    expect(lost).toHaveLength(256);
    expect(mine.become("call")).toBeUndefined();
  });

  test("whose place was taken are refused, whenever they hear of it, and counted once", () => {
    const load = new LoadLimiter(limits);
    const first = placeFor(load, "");
    filled(load, [""]);
    const refusal = { why: "all", kind: "body", limit: 256 } as const;
    expect(first.become("call")).toEqual(refusal);
    first.leave();
    expect(load.stats).toMatchObject({ bodies: 256, calls: 0 });
  });
});
