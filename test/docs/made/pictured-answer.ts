import { compose } from "../../../src/cli/compose.ts";
import { silentLog, systemClock } from "../../../src/ports.ts";
import { callTool } from "../../../src/protocol/call-tool.ts";
import { simulatorJobs } from "../../../src/simulator/catalogue.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { prose } from "./markdown.ts";

/** A day for the picture, so that it is the same whenever it is taken. */
const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 15, 9, 30) };

/** What the status tool says of a simulated job: the real tool and client, talking to the simulator. */
export async function picturedAnswer(): Promise<string> {
  const job = simulatorJobs.find(({ jobId }) => jobId === "sim-client-error-s3-access");
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
  const tool = catalogue.tools.find(({ name }) => name === "get_data_automation_status");
  if (tool === undefined) throw new Error("There is no status tool any more.");
  const context = { signal: new AbortController().signal, caller: "", reportProgress() {} };
  const answer = await callTool(tool, { invocationArn: job.arn }, context, { clock, log: silentLog });
  await server.stop(true);
  if (answer.isError) throw new Error(`The picture failed: ${answer.text}`);
  const paragraphs = [`**What happened to this job?** ${job.arn}`, ...prose(answer.text).split("\n")];
  return paragraphs.map((text) => `> ${text}`).join("\n>\n");
}
