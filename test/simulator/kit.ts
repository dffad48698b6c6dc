import "../support/no-proxy.ts";
import {
  BedrockDataAutomationRuntimeClient,
  type BedrockDataAutomationRuntimeClientConfig,
  GetDataAutomationStatusCommand,
} from "@aws-sdk/client-bedrock-data-automation-runtime";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Clock, silentLog, systemClock } from "../../src/ports.ts";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/simulator.ts";
import { Sha256 } from "../support/sha256.ts";

export interface Started extends AsyncDisposable {
  readonly url: string;
  readonly credentials: Simulator["credentials"];
  readonly app: Simulator["app"];
}

/** A simulator that listens on loopback. */
export function startSimulator(settings: SimulatorSettings = {}, clock: Clock = systemClock): Started {
  const { app, credentials } = createSimulator({ clock, log: silentLog, settings });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: app.fetch });
  return {
    url: `http://127.0.0.1:${server.port}`,
    credentials,
    app,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

export const arnOf = (jobId: string) =>
  `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/${jobId}`;

/** AWS's own client: a signer and a reader of answers that nobody here wrote. It tries once. */
export function sdkClient(
  { url, credentials }: Started,
  options: BedrockDataAutomationRuntimeClientConfig = {},
): BedrockDataAutomationRuntimeClient {
  return new BedrockDataAutomationRuntimeClient({
    region: "us-east-1",
    endpoint: url,
    credentials,
    maxAttempts: 1,
    ...options,
  });
}

export function ask(client: BedrockDataAutomationRuntimeClient, invocationArn: string) {
  return client.send(new GetDataAutomationStatusCommand({ invocationArn }));
}

/** What a call to AWS's client fails with. */
export async function failureOf(call: Promise<unknown>): Promise<{
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
}> {
  try {
    await call;
  } catch (thrown) {
    return thrown as Awaited<ReturnType<typeof failureOf>>;
  }
  throw new Error("The call was expected to fail.");
}

export interface Unsigned {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signing {
  readonly service: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly signedAt: number;
  readonly credentials: Simulator["credentials"];
  /** S3's way: the path is escaped once, and `x-amz-content-sha256` is sent. */
  readonly likeS3?: boolean;
}

export const statusTarget = "AmazonBedrockKeystoneRuntimeService.GetDataAutomationStatus";

/** GetDataAutomationStatus as it goes onto the wire, but for the signature. */
export function statusCall(input: unknown): Unsigned {
  return {
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": statusTarget },
    body: typeof input === "string" ? input : JSON.stringify(input),
  };
}

/** GetCallerIdentity likewise. */
export const identityCall: Unsigned = {
  method: "POST",
  path: "/",
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

/** The headers of a request that AWS's own signer has signed for this host. */
export async function signedHeaders(
  host: string,
  request: Unsigned,
  signing: Signing,
): Promise<Record<string, string>> {
  const { likeS3 = false } = signing;
  const signer = new SignatureV4({
    service: signing.service,
    region: signing.region,
    credentials: signing.credentials,
    sha256: Sha256,
    uriEscapePath: !likeS3,
    applyChecksum: likeS3,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: "http:",
      hostname: host,
      path: request.path,
      query: { ...request.query },
      headers: { ...request.headers, host },
      body: request.body,
    },
    { signingDate: new Date(signing.signedAt) },
  );
  return signed.headers;
}

export interface PostOptions extends Partial<Signing> {
  /** What becomes of the signed request on its way. */
  readonly tamper?: (sent: { headers: Record<string, string>; body: string }) => void;
  readonly signal?: AbortSignal;
}

/** Signs a request as AWS's signer does, lets it be tampered with, and sends it. */
export async function post(
  { url, credentials }: Started,
  request: Unsigned,
  { tamper, signal, ...signing }: PostOptions = {},
): Promise<Response> {
  const headers = await signedHeaders(new URL(url).host, request, {
    service: "bedrock",
    region: "us-east-1",
    signedAt: Date.now(),
    credentials,
    ...signing,
  });
  const sent = { headers, body: request.body };
  tamper?.(sent);
  return fetch(`${url}${request.path}`, {
    ...sent,
    method: request.method,
    redirect: "manual",
    signal: signal ?? null,
  });
}
