import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { temporaryHome } from "../credentials/child.ts";
import { node22 } from "../support/peers.ts";
import { cleanEnv, executables, finished, root } from "../support/runtimes.ts";
import { jobAnswer, scriptedEndpoint } from "../support/scripted-endpoint.ts";
import { testKeys } from "../support/server-process.ts";
import { freePort } from "./balanced.ts";
import { inContext, readDockerfile, type Stage, wordsOf } from "./dockerfile.ts";
import { connect } from "./hosts.ts";

// It installs and builds all of it once.
setDefaultTimeout(300_000);

/**
 * No container engine runs where the tests do, so the Dockerfile's steps are gone through one by one in a folder for
 * each stage, and what it starts is started, with the version of Node that its image has.
 */
const file = "src/deploy/Dockerfile";
const token = "a-token-of-some-length";

describe("the container", () => {
  const home = temporaryHome();
  const [build, final] = readDockerfile(file) as [Stage, Stage];
  const rootOf = (stage: Stage) => join(home.path, stage.name || "final");

  async function replay(stage: Stage): Promise<void> {
    let folder = rootOf(stage);
    for (const { name, text } of stage.instructions) {
      if (name === "WORKDIR") {
        folder = join(rootOf(stage), text);
        mkdirSync(folder, { recursive: true });
      }
      if (name === "COPY") copy(stage, folder, text.split(" "));
      if (name === "RUN") {
        const PATH = `${dirname(executables.bun)}:${process.env.PATH}`;
        const env = cleanEnv({ PATH, HOME: process.env.HOME ?? "/" });
        const child = Bun.spawn(["sh", "-c", text], { cwd: folder, env, stdout: "pipe", stderr: "pipe" });
        const { code, stderr } = await finished(child);
        if (code !== 0) throw new Error(`RUN ${text}: ${stderr}`);
      }
    }
  }

  function copy(stage: Stage, folder: string, words: string[]): void {
    const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
    if (from !== undefined) expect(from).toBe(build.name);
    const target = words.pop() ?? "";
    const into = join(target.startsWith("/") ? rootOf(stage) : folder, target);
    for (const word of words) {
      if (from === undefined) expect([word, inContext(`${file}.dockerignore`, word)]).toEqual([word, true]);
      const source = from === undefined ? join(root, word) : join(rootOf(build), word);
      expect([source, existsSync(source)]).toEqual([source, true]);
      cpSync(source, words.length > 1 ? join(into, word) : into, { recursive: true });
    }
  }

  beforeAll(async () => {
    await replay(build);
    await replay(final);
  });
  afterAll(() => home[Symbol.dispose]());

  /** A command of the image: its Node is ours, its files are where they were copied to. */
  const inImage = (words: readonly string[]) =>
    words.map((word) => {
      if (word === "/nodejs/bin/node") return node22();
      return word.startsWith("/") ? join(rootOf(final), word) : word;
    });
  const settings = Object.fromEntries(
    wordsOf(final, "ENV").map((word) => word.split("=") as [string, string]),
  );
  const command = () => inImage([...wordsOf(final, "ENTRYPOINT"), ...wordsOf(final, "CMD")]);
  const spawn = (words: readonly string[], env: Record<string, string>) =>
    Bun.spawn([...words], {
      cwd: join(rootOf(final), "app"),
      env: { ...settings, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });

  test("is made by the pinned Bun, of what the lockfile names, and holds nothing but what is published", () => {
    expect(build.image).toBe(`docker.io/oven/bun:${manifest.devDependencies.bun}`);
    expect(build.instructions.some(({ text }) => text.includes("--frozen-lockfile"))).toBe(true);
    expect(existsSync(join(rootOf(final), "app/main.js"))).toBe(true);
    for (const name of ["src", "test", "node_modules"])
      expect(existsSync(join(rootOf(final), "app", name))).toBe(false);
    for (const path of [".git/config", "node_modules/zod/package.json", "test/peers/package.json", ".env"])
      expect([path, inContext(`${file}.dockerignore`, path)]).toEqual([path, false]);
  });

  test("runs as nobody, and on the port that AgentCore Runtime asks for", () => {
    expect(Number(wordsOf(final, "USER")[0]?.split(":")[0])).toBeGreaterThan(0);
    expect(settings).toMatchObject({ BDA_MCP_HOST: "0.0.0.0", BDA_MCP_PORT: "8000" });
    expect(wordsOf(final, "EXPOSE")).toEqual(["8000"]);
  });

  test("does not start where everybody could use its rights", async () => {
    const { code, stderr } = await finished(spawn(command(), testKeys));
    expect([code, stderr]).toEqual([2, expect.stringContaining("BDA_MCP_AUTH_TOKEN")]);
  });

  test("answers, tells its health, and stops at its signal", async () => {
    await using endpoint = scriptedEndpoint(() => jobAnswer({ status: "Success" }));
    const BDA_MCP_PORT = String(await freePort());
    const env = { ...testKeys, BDA_MCP_PORT, BDA_MCP_AUTH_TOKEN: token, AWS_ENDPOINT_URL: endpoint.url };
    const isHealthy = async () => {
      const words = wordsOf(final, "HEALTHCHECK");
      const { code } = await finished(spawn(inImage(words), { BDA_MCP_PORT }));
      return code === 0;
    };
    expect(await isHealthy()).toBe(false);
    const server = spawn(command(), env);
    while (!(await isHealthy())) expect(server.exitCode).toBe(null);
    const connected = await connect(new URL(`http://127.0.0.1:${BDA_MCP_PORT}/mcp`), token);
    const called = await connected.client.callTool({
      name: "get_data_automation_status",
      arguments: { invocationArn: "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b" },
    });
    expect(called.structuredContent).toMatchObject({ status: "Success" });
    await connected[Symbol.asyncDispose]();
    server.kill(wordsOf(final, "STOPSIGNAL")[0] as NodeJS.Signals);
    expect(await server.exited).toBe(0);
  });

  test("Kubernetes has the same port, user and paths", () => {
    const text = readFileSync(`${root}src/deploy/kubernetes.yaml`, "utf8");
    expect(text).toContain(`containerPort: ${settings.BDA_MCP_PORT}`);
    expect(text).toContain(`runAsUser: ${wordsOf(final, "USER")[0]?.split(":")[0]}`);
  });
});
