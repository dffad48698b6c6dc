// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

const cli = fileURLToPath(
  new URL("../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", import.meta.url),
);

await report(async (target) => {
  const server = "url" in target ? [target.url] : [target.command, ...target.args];
  const run = (...words) => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [cli, "--cli", ...server, "--format", "json", ...words],
      { encoding: "utf8", env: { ...process.env, ...("env" in target ? target.env : {}) } },
    );
    const [line = ""] = stdout.split("\n");
    if (!line.startsWith("{")) throw new Error(`exit code ${status}: ${stderr}`);
    return { status, result: JSON.parse(line).result };
  };
  // Strict: what other hosts would not take of the tools' schemas makes it fail.
  const { result, status } = run("--method", "tools/list", "--strict");
  if (status !== 0) throw new Error(`tools/list --strict ended with ${status}`);
  return {
    tools: result.tools.map(({ name }) => name),
    status: async (invocationArn) =>
      fromResult(
        run(
          "--method",
          "tools/call",
          "--tool-name",
          statusTool,
          "--tool-arg",
          `invocationArn=${invocationArn}`,
        ).result,
      ),
    close: async () => {},
  };
});
