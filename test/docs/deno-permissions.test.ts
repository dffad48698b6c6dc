import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createWorld, type World } from "../credentials/world.ts";
import { otlpReceiver } from "../support/otlp-receiver.ts";
import { cleanEnv, executables, finished, root } from "../support/runtimes.ts";
import { jobAnswer, type ScriptedEndpoint, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys, textOf } from "../support/server-process.ts";
import { codeBlocks, here, words } from "./readme.ts";

/** The README's command lines for Deno, run with exactly the flags that stand there. */
const heading = "On Deno, with few permissions";
const awsInReadme = "*.amazonaws.com:443";
const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";

const main = `${root}src/main.ts`;

/** The words after `deno` of the line that follows this text. */
function lineAfter(begin: string): string[] {
  const found = codeBlocks("sh", heading).filter(({ before }) => before.startsWith(begin));
  const [word, ...rest] = words(here(found[0]?.text.trim() ?? ""));
  if (found.length !== 1 || word !== "deno")
    throw new Error(`one line of Deno's was expected after ${begin}`);
  return rest;
}

const lines = {
  keys: lineAfter("Keys in the environment"),
  profile: lineAfter("A profile with keys in a file, SSO"),
  process: lineAfter("A profile with `credential_process`"),
  http: lineAfter("The HTTP server, with keys"),
  watched: lineAfter("The HTTP server with figures"),
  simulator: lineAfter("The simulator"),
};

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

/** The line for this machine: its home directory, and servers on loopback where AWS's are meant. */
function onThisMachine(line: readonly string[], profile = ""): string[] {
  const servers = [endpoint.url, world.sts.url, world.portal.url, world.oidc.url]
    .map((url) => new URL(url).host)
    .join(",");
  return line.map((word) =>
    word
      .replace(awsInReadme, servers)
      .replace("$HOME", world.home.path)
      .replace(/^my-profile$/, profile),
  );
}

function environment(more: Readonly<Record<string, string>>): Record<string, string> {
  const { AWS_EC2_METADATA_DISABLED: _, ...clean } = cleanEnv({ HOME: world.home.path });
  return {
    ...clean,
    ...world.endpoints,
    AWS_ENDPOINT_URL_BEDROCK_DATA_AUTOMATION_RUNTIME: endpoint.url,
    ...more,
  };
}

function freePort(): number | undefined {
  const free = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = free;
  void free.stop(true);
  return port;
}

interface Answer {
  /** What the tool said, or where the server did not come up, what it wrote. */
  readonly text: string;
  readonly isError: boolean;
}

/** Asks one server over stdio about a job. */
async function ask(
  line: readonly string[],
  env: Readonly<Record<string, string>>,
  invocationArn = arn,
): Promise<Answer> {
  const transport = new StdioClientTransport({
    command: executables.deno,
    args: [...line],
    env: environment(env),
    stderr: "pipe",
    cwd: world.home.path,
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name: "test", version: "1" });
  try {
    await client.connect(transport);
    const answer = await client.callTool({
      name: "get_data_automation_status",
      arguments: { invocationArn },
    });
    return { text: textOf(answer), isError: answer.isError === true };
  } catch {
    return { text: stderr, isError: true };
  } finally {
    await client.close();
  }
}

const simulated = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-success";

/** The simulator's line, with more words behind it, run to its end. */
async function run(more: readonly string[], line: readonly string[] = lines.simulator) {
  const child = Bun.spawn([executables.deno, ...line, ...more], {
    env: environment({}),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  return finished(child);
}

const succeeded = { isError: false, text: expect.stringContaining("The job succeeded.") };
const without = (line: readonly string[], flag: string) => line.filter((word) => !word.startsWith(flag));
const naming = (flag: string) => ({ isError: true, text: expect.stringContaining(flag) });

describe("with the flags that the README gives, Deno serves", () => {
  test("keys in the environment", async () => {
    expect(await ask(onThisMachine(lines.keys), testKeys)).toEqual(succeeded);
  });

  test.each(["static", "sso", "sso-renewable", "console", "role"])("a profile: %s", async (profile) => {
    expect(await ask(onThisMachine(lines.profile, profile), {})).toEqual(succeeded);
  });

  test("a profile with credential_process", async () => {
    expect(await ask(onThisMachine(lines.process, "process"), {})).toEqual(succeeded);
  });

  test("the simulator", async () => {
    const simulated = arn.replace(/[^/]+$/, "sim-success");
    const answer = await ask(onThisMachine(lines.simulator), {}, simulated);
    expect(answer).toEqual({ isError: false, text: expect.stringContaining("The job succeeded in") });
  });

  test("HTTP, on the port that is allowed", async () => {
    const free = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const port = String(free.port);
    await free.stop(true);
    const line = onThisMachine(lines.http).map((word) => word.replace(/\b3000$/, port));
    const child = Bun.spawn([executables.deno, ...line], {
      env: environment(testKeys),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    const [begun] = await child.stderr
      .values()
      .next()
      .then(({ value }) => [new TextDecoder().decode(value)]);
    expect(begun).toContain(`http://127.0.0.1:${port}/mcp`);
    const client = new Client({ name: "test", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`));
    // The SDK's own types disagree under exactOptionalPropertyTypes.
    await client.connect(transport as unknown as Parameters<Client["connect"]>[0]);
    const answer = await client.callTool({
      name: "get_data_automation_status",
      arguments: { invocationArn: arn },
    });
    expect(textOf(answer)).toContain("The job succeeded.");
    await client.close();
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("figures on a port of their own, and traces", async () => {
    await using receiver = otlpReceiver();
    const [port, figures] = [freePort(), freePort()].map(String);
    const line = onThisMachine(lines.watched).map((word) =>
      word
        .replace(/\b3000$|:3000\b/, (found) => found.replace("3000", port ?? ""))
        .replace(/\b9464$|:9464\b/, (found) => found.replace("9464", figures ?? ""))
        .replace("127.0.0.1:4318", new URL(receiver.env.OTEL_EXPORTER_OTLP_ENDPOINT).host),
    );
    const child = Bun.spawn([executables.deno, ...line], {
      env: environment({ ...testKeys, ...receiver.env }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    let stderr = "";
    for await (const chunk of child.stderr) {
      stderr += new TextDecoder().decode(chunk);
      if (!stderr.includes("/metrics")) continue;
      const answer = await fetch(`http://127.0.0.1:${port}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name: "get_data_automation_status", arguments: { invocationArn: arn } },
        }),
      });
      expect(await answer.text()).toContain("The job succeeded.");
      break;
    }
    const page = await (await fetch(`http://127.0.0.1:${figures}/metrics`)).text();
    expect(page).toContain('outcome="ok"} 1');
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(receiver.spans()).toHaveLength(2);
  });

  test("doctor finds none of them missing", async () => {
    const { code, stdout } = await run(["doctor", "--simulate", simulated]);
    expect(stdout).toEndWith("All that was checked is good.\n");
    expect(code).toBe(0);
  });

  test.each(["status", "doctor"])("%s on a terminal, where Deno asks for nothing", async (command) => {
    let shown = "";
    const decoder = new TextDecoder();
    const child = Bun.spawn([executables.deno, ...lines.simulator, command, simulated], {
      env: environment({ TERM: "xterm" }),
      terminal: {
        cols: 100,
        rows: 40,
        data(terminal, data) {
          shown += decoder.decode(data, { stream: true });
          if (shown.includes("Allow?")) terminal.write("n\n");
        },
      },
    });
    expect(await child.exited).toBe(0);
    expect(shown).not.toContain("Deno requests");
  });

  test("the servers of AWS that these need", async () => {
    const hosts = [
      "bedrock-data-automation-runtime.us-east-1.amazonaws.com:443",
      "bedrock-data-automation-runtime.us-gov-west-1.amazonaws.com:443",
      "sts.eu-west-1.amazonaws.com:443",
      "portal.sso.eu-central-1.amazonaws.com:443",
      "oidc.eu-central-1.amazonaws.com:443",
      "evil.example:443",
    ];
    const flag = lines.keys.find((word) => word.startsWith("--allow-net")) ?? "";
    expect(flag).toBe(`--allow-net=${awsInReadme}`);
    const script = `for (const host of ${JSON.stringify(hosts)})
      console.log((await Deno.permissions.query({ name: "net", host })).state)`;
    const child = Bun.spawn([executables.deno, "run", flag, "-"], {
      env: environment({}),
      stdin: new TextEncoder().encode(script),
      stdout: "pipe",
    });
    const states = (await new Response(child.stdout).text()).trim().split("\n");
    expect(states).toEqual(["granted", "granted", "granted", "granted", "granted", "prompt"]);
  });
});

describe("without one of them, the answer names it", () => {
  test.each(["--allow-env", "--allow-net"])("keys in the environment, without %s", async (flag) => {
    expect(await ask(without(onThisMachine(lines.keys), flag), testKeys)).toEqual(naming(flag));
  });

  test.each(["--allow-env", "--allow-net", "--allow-read", "--allow-sys"])(
    "a profile with SSO, without %s",
    async (flag) => {
      expect(await ask(without(onThisMachine(lines.profile, "sso"), flag), {})).toEqual(naming(flag));
    },
  );

  test.each(["--allow-env", "--allow-net", "--allow-read", "--allow-run"])(
    "a profile with credential_process, without %s",
    async (flag) => {
      expect(await ask(without(onThisMachine(lines.process, "process"), flag), {})).toEqual(naming(flag));
    },
  );

  test("whoever adds what the answers name ends with what the README gives, and nothing more", async () => {
    const added: string[] = [];
    for (;;) {
      const line = ["run", "--no-prompt", "--allow-env=BDA_MCP_*", "--allow-net=127.0.0.1:1", ...added, main];
      const { isError, text } = await ask([...line, "--profile", "role"], {});
      if (!isError) break;
      const flag = /without (--allow-\S+=\S+?)[,:]? /.exec(text)?.[1] ?? `nothing in ${text}`;
      expect(added).not.toContain(flag);
      expect(added.push(flag)).toBeLessThan(12);
    }
    const [sts, aws] = [world.sts.url, endpoint.url].map((url) => new URL(url).host);
    expect(added.sort()).toEqual(
      [
        "--allow-env=AWS_*",
        "--allow-env=HOME",
        "--allow-env=HOMEDRIVE",
        "--allow-env=HOMEPATH",
        "--allow-env=USERPROFILE",
        "--allow-env=_X_AMZN_TRACE_ID",
        ...[`--allow-net=${sts}`, `--allow-net=${aws}`].sort(),
        `--allow-read=${world.home.path}/.aws`,
        "--allow-sys=osRelease",
      ].sort(),
    );
  });

  test("doctor names each of AWS's services that may not be asked", async () => {
    const aws = "us-east-1.amazonaws.com:443";
    const flags = ["--no-prompt", "--allow-env", "--allow-read", "--allow-net=127.0.0.1:1"];
    const child = Bun.spawn([executables.deno, "run", ...flags, main, "doctor", arn], {
      env: cleanEnv(testKeys),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const { code, stdout } = await finished(child);
    expect(stdout).toContain(`without --allow-net=bedrock-data-automation-runtime.${aws}.`);
    expect(stdout).toContain(`Add --allow-net=sts.${aws} to deno run's flags`);
    expect(stdout).toContain(`Add --allow-net=bedrock-data-automation-runtime.${aws} to deno run's flags`);
    expect(code).toBe(1);
  });

  test("none is more than is needed: variables and system information", async () => {
    const line = onThisMachine(lines.profile, "sso");
    const allowed =
      line
        .find((word) => word.startsWith("--allow-env="))
        ?.slice("--allow-env=".length)
        .split(",") ?? [];
    expect(allowed.length).toBe(7);
    for (const variable of allowed) {
      const rest = allowed.filter((name) => name !== variable).join(",");
      const narrower = line.map((word) => (word.startsWith("--allow-env=") ? `--allow-env=${rest}` : word));
      expect({ variable, ...(await ask(narrower, {})) }).toEqual({ variable, ...naming("--allow-env") });
    }
    const narrower = (profile: string, name: string) =>
      onThisMachine(lines.profile, profile).map((word) => word.replace(/^(--allow-sys)=.*/, `$1=${name}`));
    expect(await ask(narrower("sso", "homedir"), {})).toEqual(naming("--allow-sys"));
    expect(await ask(narrower("console", "osRelease"), {})).toEqual(naming("--allow-sys"));
  }, 30_000);

  test.each(["--allow-env", "--allow-net"])("a start, without %s: one line", async (flag) => {
    const { code, stderr } = await run([], without(lines.simulator, flag));
    expect(stderr).toMatch(new RegExp(`^Deno was started without ${flag}\\b.*\n$`));
    expect(code).toBe(2);
  });

  test("HTTP, without --allow-net", async () => {
    const child = Bun.spawn([executables.deno, ...without(onThisMachine(lines.http), "--allow-net")], {
      env: environment(testKeys),
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    expect(await new Response(child.stderr).text()).toContain("--allow-net");
    expect(await child.exited).toBe(2);
  });
});
