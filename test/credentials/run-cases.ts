import { beforeAll, expect, test } from "bun:test";
import type { Runtime } from "../support/runtimes.ts";
import { type Outcome, type ProbeOptions, type ProbeRun, probe } from "./child.ts";
import type { World } from "./world.ts";

/** One child: how it is started, and what its only step must come to. */
export interface Case {
  readonly name: string;
  readonly options: (world: World) => Omit<ProbeOptions, "home">;
  /** What the outcome must say, among other things. */
  readonly expected: Outcome;
  /** What its message must say. */
  readonly words?: RegExp;
}

const longestMs = 60_000;

/** A profile that is asked for by flag, with AWS's packages pointed at the world's servers. */
export function withProfile(name: string, env: Readonly<Record<string, string>> = {}): Case["options"] {
  return ({ endpoints }) => ({ profile: name, env: { ...endpoints, ...env } });
}

/** Starts the children of all cases together, and makes a test of each. Resolves when all have ended. */
export function testCases(runtime: Runtime, world: World, cases: readonly Case[]): () => Promise<unknown> {
  const runs = new Map<string, Promise<ProbeRun>>();
  beforeAll(() => {
    for (const { name, options } of cases) {
      const run = probe(runtime, { home: world.home, ...options(world) });
      run.catch(() => {});
      runs.set(name, run);
    }
  });
  for (const { name, expected, words } of cases) {
    const behaves = async () => {
      const outcomes = (await runs.get(name))?.outcomes ?? [];
      expect(outcomes).toEqual([expect.objectContaining(expected)]);
      if (words !== undefined) expect(outcomes[0]?.message).toMatch(words);
    };
    test(name, behaves, longestMs);
  }
  return () => Promise.allSettled(runs.values());
}
