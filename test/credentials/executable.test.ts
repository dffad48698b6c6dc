import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mainOf } from "../support/built.ts";
import { type AnyRuntime, runScript, runtimes } from "../support/runtimes.ts";
import { jobAnswer, type ScriptedEndpoint, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { mark } from "./fake-aws.ts";
import { createWorld, type World } from "./world.ts";

// Processes share what may be two cores.
setDefaultTimeout(60_000);

/** What a person runs, with credentials from each kind of source: the answer, and nothing beside it. */
const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";
const everywhere: readonly AnyRuntime[] = [...runtimes, "node"];

let world: World;
let endpoint: ScriptedEndpoint;
beforeAll(() => {
  world = createWorld();
  endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
});
afterAll(async () => {
  world[Symbol.dispose]();
  await endpoint[Symbol.asyncDispose]();
});

function run(runtime: AnyRuntime, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runScript(runtime, mainOf(runtime), args, {
    HOME: world.home.path,
    ...world.endpoints,
    AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME: endpoint.url,
    ...env,
  });
}

describe.each(everywhere)("on %s", (runtime) => {
  test.each([
    ["sso", "profile sso (SSO), key id …SSOK, temporary"],
    ["role", "profile role (assumed role), key id …ROLE, temporary"],
    ["web", "profile web (web identity), key id …ROLE, temporary"],
    ["process-session", "profile process-session (credential_process), key id …PROC, temporary"],
    ["console", "profile console (console login), key id …LOGN, temporary"],
  ])("a profile: %s", async (profile, source) => {
    const [status, doctor] = await Promise.all([
      run(runtime, ["status", "--profile", profile, arn]),
      run(runtime, ["doctor", "--profile", profile, arn]),
    ]);
    expect([status.code, status.stderr]).toEqual([0, ""]);
    expect(status.stdout).toStartWith("The job succeeded");
    expect(doctor.stdout).toContain(`good credentials  From ${source}, good for another`);
    const ending = / …(\w{4}),/.exec(source)?.[1];
    expect(doctor.stdout).toMatch(new RegExp(`good identity +arn:aws:sts::111122223333:\\S+${ending},`));
    expect([doctor.code, doctor.stderr]).toEqual([0, ""]);
    expect(`${status.stdout}${doctor.stdout}`).not.toContain(mark);
  });

  test.each([
    ["container endpoint", { HOME: "/nonexistent" }],
    ["profile role-of-container (assumed role)", { AWS_PROFILE: "role-of-container" }],
  ])("a slow source has the call's time, and nobody else speaks of it: %s", async (credentialSource, env) => {
    const words = ["status", "--json", "--log-level", "silent", "--call-timeout", "2", arn];
    const silent = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${world.silence.url}/keys` };
    const { code, stdout, stderr } = await run(runtime, words, { ...silent, ...env });
    expect([code, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "credentials_failed",
      credentialSource,
      meaning: expect.stringContaining("has not answered within 2 s"),
    });
  });
});
