import { type OAuthClientProvider, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { signIn } from "./real-provider.ts";

export interface SignedIn {
  /** Close it. */
  readonly client: Client;
  /** Where the person was sent to sign in. */
  readonly asked: URL;
}

/**
 * MCP's own client of a server, let in by a person who signs in under this name: it is refused, finds out where to
 * register itself and where to send the person, and comes back with a token.
 */
export async function connectAs(name: string, url: URL): Promise<SignedIn> {
  const program = new Program();
  const transport = () => new StreamableHTTPClientTransport(url, { authProvider: program });
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  type Given = Parameters<Client["connect"]>[0];
  const refused = transport();
  const first = new Client({ name: "test", version: "1" }).connect(refused as unknown as Given);
  const refusal = await first.catch((thrown: unknown) => thrown);
  if (!(refusal instanceof UnauthorizedError) || program.sentTo === undefined) throw refusal;
  await refused.finishAuth(await signIn(program.sentTo, name, program.redirectUrl));
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport() as unknown as Given);
  return { client, asked: program.sentTo };
}

/** A program on a person's machine that no authorization server knows yet. */
class Program implements OAuthClientProvider {
  readonly redirectUrl = "http://127.0.0.1:9/callback";
  readonly clientMetadata = {
    client_name: "An agent's host",
    redirect_uris: [this.redirectUrl],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  sentTo: URL | undefined;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = "";

  clientInformation = () => this.#client;
  saveClientInformation = (client: OAuthClientInformationMixed) => {
    this.#client = client;
  };
  tokens = () => this.#tokens;
  saveTokens = (tokens: OAuthTokens) => {
    this.#tokens = tokens;
  };
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier;
  };
  redirectToAuthorization = (url: URL) => {
    this.sentTo = url;
  };
}
