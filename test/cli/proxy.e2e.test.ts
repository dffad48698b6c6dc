import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { refusingPort } from "../support/refusing-port.ts";
import { root, runScript, runtimes } from "../support/runtimes.ts";

// Processes share what may be two cores.
setDefaultTimeout(60_000);

const main = `${root}src/main.ts`;
const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success";

describe.each(runtimes)("--simulate on %s, on a machine whose way out is a proxy", (runtime) => {
  test.each([
    ["HTTP_PROXY", {}],
    ["http_proxy", { NO_PROXY: "corp.example" }],
    ["ALL_PROXY", { no_proxy: "corp.example" }],
  ])("%s %j", async (name, more) => {
    await using proxy = await refusingPort();
    const env = { [name]: `http://127.0.0.1:${proxy.port}`, ...more };
    const { code, stderr } = await runScript(runtime, main, ["status", "--simulate", arn], env);
    expect([code, stderr]).toEqual([0, ""]);
  });
});
