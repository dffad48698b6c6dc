import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LoadLimiter, Place } from "../../src/serving/load-limiter.ts";

const limits = { maxInFlight: 4, maxInFlightPerCaller: 2, maxWaits: 3, maxWaitsPerCaller: 2 };

function placeFor(load: LoadLimiter, caller: string): Place {
  const place = load.enter(caller);
  if (place instanceof Place) return place;
  throw new Error(`no place: ${JSON.stringify(place)}`);
}

describe("calls that are open", () => {
  test("beyond a caller's bound are refused to that caller alone, and make room when they end", () => {
    const load = new LoadLimiter(limits);
    const first = placeFor(load, "a");
    placeFor(load, "a");
    expect(load.enter("a")).toEqual({ why: "caller", kind: "call", limit: 2 });
    placeFor(load, "b");
    first.leave();
    first.leave();
    placeFor(load, "a");
    expect(load.enter("a")).toEqual({ why: "caller", kind: "call", limit: 2 });
    expect(load.stats).toEqual({ calls: 3, waits: 0, refused: { stopping: 0, all: 0, caller: 2 } });
  });

  test("beyond the bound of all are refused to everybody", () => {
    const load = new LoadLimiter(limits);
    for (const caller of ["a", "a", "b", "b"]) placeFor(load, caller);
    expect(load.enter("c")).toEqual({ why: "all", kind: "call", limit: 4 });
  });

  test("of the only caller there is are bound by the bound of all", () => {
    const load = new LoadLimiter(limits);
    for (let count = 0; count < limits.maxInFlight; count += 1) placeFor(load, "");
    expect(load.enter("")).toEqual({ why: "all", kind: "call", limit: 4 });
  });

  test("as waits take no room from short calls, and have bounds of their own", () => {
    const load = new LoadLimiter(limits);
    const waits = ["a", "a", "b"].map((caller) => placeFor(load, caller));
    for (const wait of waits) expect(wait.becomeWait()).toBeUndefined();
    const more = placeFor(load, "a");
    expect(more.becomeWait()).toEqual({ why: "caller", kind: "wait", limit: 2 });
    expect(placeFor(load, "c").becomeWait()).toEqual({ why: "all", kind: "wait", limit: 3 });
    expect(load.stats).toMatchObject({ calls: 2, waits: 3 });
    waits[0]?.leave();
    expect(more.becomeWait()).toBeUndefined();
    expect(more.becomeWait()).toBeUndefined();
    expect(load.stats).toMatchObject({ calls: 1, waits: 3 });
  });

  test("are let end when the server stops, and no more are taken", async () => {
    const load = new LoadLimiter(limits);
    const call = placeFor(load, "a");
    const wait = placeFor(load, "b");
    wait.becomeWait();
    let over = false;
    const drained = load.drain().then(() => {
      over = true;
    });
    expect(load.enter("c")).toEqual({ why: "stopping", kind: "call" });
    call.leave();
    await Promise.resolve();
    expect(over).toBe(false);
    wait.leave();
    await drained;
    await new LoadLimiter(limits).drain();
  });

  test("are never miscounted, in whatever order they come, wait and go", () => {
    const step = fc.record({
      what: fc.constantFrom("enter", "wait", "leave"),
      caller: fc.constantFrom("", "a", "b", "c"),
      which: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const load = new LoadLimiter(limits);
        const open: { readonly place: Place; readonly caller: string; wait: boolean }[] = [];
        for (const { caller, what, which } of steps) {
          const one = open[which % Math.max(1, open.length)];
          if (what === "enter") {
            const place = load.enter(caller);
            if (place instanceof Place) open.push({ place, caller, wait: false });
          } else if (what === "wait" && one !== undefined) {
            one.wait = one.place.becomeWait() === undefined || one.wait;
          } else if (one !== undefined) {
            one.place.leave();
            open.splice(open.indexOf(one), 1);
          }
          const waits = open.filter(({ wait }) => wait);
          expect(load.stats).toMatchObject({ calls: open.length - waits.length, waits: waits.length });
          expect(open.length - waits.length).toBeLessThanOrEqual(limits.maxInFlight);
          expect(waits.length).toBeLessThanOrEqual(limits.maxWaits);
          for (const name of ["a", "b", "c"]) {
            const own = open.filter((each) => each.caller === name);
            expect(own.filter(({ wait }) => !wait).length).toBeLessThanOrEqual(limits.maxInFlightPerCaller);
            expect(own.filter(({ wait }) => wait).length).toBeLessThanOrEqual(limits.maxWaitsPerCaller);
          }
        }
      }),
    );
  });
});
