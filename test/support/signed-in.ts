import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** MCP's own client of a server over HTTP, with a token that it shows. Close it. */
export async function clientWith(token: string, url: URL): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit }) as unknown as Parameters<Client["connect"]>[0],
  );
  return client;
}
