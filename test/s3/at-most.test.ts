import { expect, test } from "bun:test";
import fc from "fast-check";
import { AtMost } from "../../src/aws/at-most.ts";

test("never more than the limit at a time, in the order of coming, whoever comes or goes in between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom("come", "finish", "fail", "give up"), { maxLength: 60 }),
      async (limit, events) => {
        const places = new AtMost(limit);
        const running: { index: number; end: (failed: boolean) => void }[] = [];
        const begun: number[] = [];
        const gone = new Set<number>();
        const signals: AbortController[] = [];
        const outcomes: Promise<string>[] = [];
        for (const event of events) {
          if (event === "come") {
            const index = signals.push(new AbortController()) - 1;
            const work = () =>
              new Promise<string>((resolve, reject) => {
                begun.push(index);
                running.push({
                  index,
                  end: (failed) => (failed ? reject(new Error("failed")) : resolve("done")),
                });
              });
            outcomes.push(
              places
                .run(work, signals[index]?.signal)
                .catch((thrown: unknown) =>
                  thrown instanceof Error && thrown.message === "failed" ? "failed" : "gone",
                ),
            );
          } else if (event === "give up") {
            const waiting = signals.findIndex((_, index) => !begun.includes(index) && !gone.has(index));
            if (waiting >= 0) {
              gone.add(waiting);
              signals[waiting]?.abort();
              expect(await outcomes[waiting]).toBe("gone");
            }
          } else {
            running.shift()?.end(event === "fail");
          }
          for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
          const left = signals.length - begun.length - gone.size;
          expect(running.length).toBe(Math.min(limit, running.length + left));
        }
        expect(begun).toEqual(begun.toSorted((a, b) => a - b));
        while (running.length > 0) {
          for (const { end } of running.splice(0)) end(false);
          for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
        }
        expect(await Promise.all(outcomes)).toHaveLength(signals.length);
      },
    ),
  );
});
