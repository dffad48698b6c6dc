import { silentLog, systemClock } from "../../src/ports.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

export interface RecordedSimulator extends AsyncDisposable {
  /** What makes a server ask this simulator instead of AWS. */
  readonly env: Readonly<Record<string, string>>;
  /** The last answer about a job, as it went onto the wire: HTTP status and body. */
  lastAnswer(arn: string): { readonly httpStatus: number; readonly body: string } | undefined;
}

/** The simulator on loopback, with a note of what it said. */
export function recordedSimulator(): RecordedSimulator {
  const { app, credentials } = createSimulator({ clock: systemClock, log: silentLog });
  const answers = new Map<string, { readonly httpStatus: number; readonly body: string }>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const asked = await request.clone().text();
      const response = await app.fetch(request);
      const arn = /"invocationArn":"([^"]+)"/.exec(asked)?.[1];
      if (arn !== undefined) {
        answers.set(arn, { httpStatus: response.status, body: await response.clone().text() });
      }
      return response;
    },
  });
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    lastAnswer: (arn) => answers.get(arn),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
