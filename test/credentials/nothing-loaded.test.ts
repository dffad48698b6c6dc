import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { root, runtimes } from "../support/runtimes.ts";
import { probe, temporaryHome } from "./child.ts";
import { mark } from "./fake-aws.ts";

/** The source without any package to import: whoever gets credentials there has loaded none. */
const bare = temporaryHome({
  ".aws/credentials": `[files]\naws_access_key_id = AKIA000000000000FILE\naws_secret_access_key = ${mark}-file\n`,
});
const script = `${bare.path}/test/credentials/probe.ts`;

beforeAll(() => {
  for (const path of [
    "src/aws",
    "src/nearest.ts",
    "src/ports.ts",
    "src/cli/log.ts",
    "src/serving/listen.ts",
  ]) {
    cpSync(`${root}${path}`, `${bare.path}/${path}`, { recursive: true });
  }
  for (const file of ["probe.ts", "steps.ts"]) {
    cpSync(`${root}test/credentials/${file}`, `${bare.path}/test/credentials/${file}`);
  }
});
afterAll(() => bare[Symbol.dispose]());

describe.each(runtimes)("on %s, where no package is installed,", (runtime) => {
  test("keys in the environment are enough", async () => {
    const { outcomes } = await probe(runtime, {
      home: bare,
      script,
      env: { AWS_ACCESS_KEY_ID: "AKIA000000000000ENVK", AWS_SECRET_ACCESS_KEY: `${mark}-env` },
    });
    expect(outcomes).toEqual([{ endsIn: "ENVK", source: "environment", temporary: false }]);
  }, 40_000);

  test("the settings of a home without AWS's files need none", async () => {
    using home = temporaryHome();
    const { outcomes } = await probe(runtime, { home, script, steps: [{ do: "settings" }] });
    expect(outcomes).toEqual([{}]);
  }, 40_000);

  test("keys in a file are not, so this place has indeed no packages", async () => {
    const { outcomes } = await probe(runtime, { home: bare, script, profile: "files" });
    expect(outcomes).toMatchObject([{ code: "credentials_failed" }]);
  }, 40_000);
});
