import { onlyCaller } from "../../../src/caller.ts";
import { compose } from "../../../src/cli/compose-process.ts";
import { silentLog, systemClock } from "../../../src/ports.ts";
import { callTool } from "../../../src/protocol/call-tool.ts";
import { simulatorJobs } from "../../../src/simulator/catalogue.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { prose } from "./markdown.ts";

/** A day for the picture, so that it is the same whenever it is taken. */
const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 15, 9, 30) };

/** What the status tool says of a simulated job. */
export function picturedAnswer(): Promise<string> {
  return pictured("get_data_automation_status", "sim-client-error-s3-access", "What happened to this job?");
}

/** What the results tool says of one. */
export function picturedResults(): Promise<string> {
  return pictured("read_data_automation_results", "sim-results-document", "Are its results any good?");
}

/** The real tool and client, talking to the simulator. */
async function pictured(toolName: string, pictureOf: string, question: string): Promise<string> {
  const job = simulatorJobs.find(({ jobId }) => jobId === pictureOf);
  if (job === undefined) throw new Error("The pictured job is not simulated any more.");
  const { app, credentials } = createSimulator({ clock });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
  const { catalogue } = compose(
    { attemptTimeout: 10, callTimeout: 30, maxCallsPerSecond: 10 },
    {
      env: {
        AWS_ENDPOINT_URL: server.url.origin,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      },
      clock,
      random: () => 0,
      fetch: (input, init) => fetch(input, init),
      log: silentLog,
    },
  );
  const tool = catalogue.tools.find(({ name }) => name === toolName);
  if (tool === undefined) throw new Error(`There is no ${toolName} any more.`);
  const context = { signal: new AbortController().signal, caller: onlyCaller, reportProgress() {} };
  const answer = await callTool(tool, { invocationArn: job.arn }, context, { clock, log: silentLog });
  await server.stop(true);
  if (answer.isError) throw new Error(`The picture failed: ${answer.text}`);
  const paragraphs = [`**${question}** ${job.arn}`, ...prose(answer.text).split("\n")];
  return paragraphs.map((text) => `> ${text}`).join("\n>\n");
}
