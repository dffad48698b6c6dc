// What a server says of itself where nothing is set, asked of the server: the build keeps it.
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { onlyCaller } from "../../src/caller.ts";
import { compose } from "../../src/cli/compose-process.ts";
import type { Recorded } from "../../src/cli/recorded.ts";
import { readConfig } from "../../src/config.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";

/** The requests whose answer never varies. */
const methods = ["ping", "tools/list", "prompts/list", "resources/list", "resources/templates/list"];

/** Asks the server, once for each protocol revision that it takes. @throws where it refuses */
export async function record(): Promise<Recorded> {
  const reading = readConfig([], {});
  if (reading.kind !== "run") throw new Error("A server for which nothing is set does not start.");
  const { config } = reading;
  const revisions = await Promise.all(
    SUPPORTED_PROTOCOL_VERSIONS.map(async (revision) => [revision, await answersOf(config, revision)]),
  );
  return { config, answers: Object.fromEntries(revisions) };
}

async function answersOf(config: Recorded["config"], revision: string): Promise<Record<string, object>> {
  const parts = { clock: systemClock, log: silentLog, random: Math.random, fetch, env: {} };
  const { catalogue } = compose(config, parts);
  const server = sdkV1Servers({ ...parts, catalogue })({ caller: onlyCaller, canNotify: true });
  const [client, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  const ask = (method: string, params?: Record<string, unknown>) =>
    new Promise<object>((resolve, reject) => {
      client.onmessage = (message: JSONRPCMessage) => {
        if ("result" in message) resolve(message.result);
        else reject(new Error(`${method} was refused: ${JSON.stringify(message)}`));
      };
      void client.send({ jsonrpc: "2.0", id: 1, method, ...(params && { params }) });
    });
  const clientInfo = { name: "build", version: "1" };
  const answers = {
    initialize: await ask("initialize", { protocolVersion: revision, capabilities: {}, clientInfo }),
  };
  await client.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  for (const method of methods) Object.assign(answers, { [method]: await ask(method) });
  await server.close();
  return answers;
}
