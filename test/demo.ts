// The main job, as a person sees it: starts the server over stdio on the simulator, with an MCP client of the
// official SDK, lists the tools and asks about six jobs.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { demoJobs } from "../src/simulator/catalogue.ts";
import { root } from "./support/runtimes.ts";
import { textOf } from "./support/server-process.ts";

const bold = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const say = (text: string) => console.log(text);

const transport = new StdioClientTransport({
  command: process.execPath,
  args: [`${root}src/main.ts`, "--simulate", "--log-level", "warn"],
  cwd: root,
});
const client = new Client({ name: "demo", version: "1" });
await client.connect(transport);

const server = client.getServerVersion();
say(bold(`Connected to ${server?.name} ${server?.version} over stdio, on a simulated AWS.`));
const { tools } = await client.listTools();
for (const { name, title } of tools) say(`  tool ${name}: ${title}`);

for (const { arn, title } of demoJobs) {
  say(`\n${bold(`> What happened to this job? (${title})`)}\n  ${arn}`);
  const answer = await client.callTool({
    name: "get_data_automation_status",
    arguments: { invocationArn: arn },
  });
  say(textOf(answer).replace(/^/gm, "  "));
}
await client.close();
say(`\n${bold("That was the simulator. With an AWS account: npm start -- status <arn>")}`);
