import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createWorld, type World } from "../credentials/world.ts";
import { selfSigned } from "../support/self-signed.ts";
import { testKeys } from "../support/server-process.ts";
import { again, type FailureRow, who } from "./failure-rows.ts";

/** What of the world outside does not work, for a whole process. */
export interface Situation extends Omit<FailureRow, "answer" | "calls"> {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The endpoint, where texts name it. */
  readonly host?: string;
}

export interface BrokenWorld extends AsyncDisposable {
  readonly situations: readonly Situation[];
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Servers that refuse in ways of their own, and credentials that are none. */
export async function brokenWorld(): Promise<BrokenWorld> {
  const world = createWorld();
  const untrusted = createTlsServer(selfSigned, (_, response) => response.end());
  const plain = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(halfAnAnswer));
  });
  const silent = createServer((socket) => socket.on("error", () => {}));
  const [tlsPort, plainPort, silentPort, port] = await Promise.all([
    listening(untrusted),
    listening(plain),
    listening(silent),
    closedPort(),
  ]);
  return {
    situations: [
      ...onTheWay({ closed: port, untrusted: tlsPort, plain: plainPort, silent: silentPort }),
      ...withoutCredentials(world),
      ...withUnusableSettings(world),
    ],
    async [Symbol.asyncDispose]() {
      untrusted.close();
      plain.close();
      silent.close();
      world[Symbol.dispose]();
    },
  };
}

const halfAnAnswer =
  'HTTP/1.1 200 OK\r\nx-amzn-requestid: id-of-half\r\ncontent-length: 100\r\n\r\n{"status":"Succ';

const impatient = ["--attempt-timeout", "1", "--call-timeout", "1"];

function onTheWay(ports: Readonly<Record<"closed" | "untrusted" | "plain" | "silent", number>>): Situation[] {
  const at = (url: string) => ({
    env: { ...testKeys, AWS_ENDPOINT_URL: url, AWS_MAX_ATTEMPTS: "1" },
    host: new URL(url).host,
  });
  return [
    {
      ...at(`http://127.0.0.1:${ports.closed}`),
      title: "no network: the connection is refused",
      code: "network",
      meaning: "{host} could not be reached",
      by: who.operator,
      remedy:
        "Check this machine's network, firewall, VPC endpoint and proxy for {host}, and a custom endpoint",
      again: again.in(15),
      without: "443",
    },
    {
      ...at("https://no-such-host.invalid"),
      title: "a name that does not resolve",
      code: "name_not_resolved",
      meaning:
        /The name no-such-host\.invalid does not resolve.*or the service is not offered in \{region\}\./,
      by: who.operator,
      remedy: "Check this machine's network and DNS, the region in the ARN, and a custom endpoint",
      again: again.in(30),
    },
    {
      ...at(`https://127.0.0.1:${ports.untrusted}`),
      title: "TLS with a certificate that nobody trusts",
      code: "tls",
      meaning: "The TLS connection to {host} was refused",
      by: who.operator,
      remedy: /NODE_EXTRA_CA_CERTS=<file> for Node and Bun, DENO_CERT=<file>.*Do not turn verification off\./,
      again: again.afterFix,
    },
    {
      ...at(`https://127.0.0.1:${ports.plain}`),
      title: "TLS asked of a server that speaks none",
      code: "tls",
      meaning: /^The TLS handshake with {host} failed.*: most likely it does not speak TLS on this port\.$/,
      by: who.operator,
      remedy: "Check the port, and whether the URL should begin with http://",
      again: again.afterFix,
      without: "certificate",
    },
    {
      ...at(`http://127.0.0.1:${ports.plain}`),
      title: "an answer that breaks off",
      code: "network",
      meaning: "{host} began to answer (HTTP status 200), and broke off",
      by: who.operator,
      remedy: "Check this machine's network",
      again: again.in(15),
      requestId: "id-of-half",
    },
    {
      ...at(`http://127.0.0.1:${ports.silent}`),
      args: impatient,
      title: "no answer in time",
      code: "timeout",
      meaning: "{host} gave no whole answer within 1 s.",
      by: who.operator,
      remedy: "allow more time with --attempt-timeout and --call-timeout.",
      again: again.in(10),
    },
  ];
}

function withoutCredentials({ home, endpoints }: World): Situation[] {
  const profile = (name: string) => ({ env: { ...endpoints, HOME: home.path, AWS_PROFILE: name } });
  const usual = { by: who.operator, again: again.afterFix } as const;
  return [
    {
      ...usual,
      env: {},
      title: "no credentials anywhere",
      code: "no_credentials",
      meaning: "No AWS credentials were found, so no call was made.",
      remedy:
        "Set AWS_PROFILE (or --profile) to a profile of ~/.aws, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    },
    {
      ...usual,
      env: { AWS_ACCESS_KEY_ID: testKeys.AWS_ACCESS_KEY_ID },
      title: "half a pair of keys",
      code: "no_credentials",
      meaning: "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY",
      remedy: "Set AWS_SECRET_ACCESS_KEY too",
    },
    {
      ...usual,
      ...profile("sso-expired"),
      title: "an SSO login that expired",
      code: "login_expired",
      meaning: "The login behind the credentials (from profile sso-expired (SSO)) has expired",
      remedy:
        /^Log in again with: aws sso login --profile sso-expired\. They are then picked up without a restart\.$/,
    },
    {
      ...usual,
      ...profile("role-of-sso"),
      title: "the SSO login behind a role that expired",
      code: "login_expired",
      meaning: "The login behind the credentials (from profile role-of-sso (assumed role)) has expired",
      remedy: /^Log in again with: aws sso login --profile sso-expired\. /,
    },
    {
      ...usual,
      ...profile("console-expired"),
      title: "a console login that expired",
      code: "login_expired",
      meaning: "The login behind the credentials (from profile console-expired (console login)) has expired",
      remedy: /^Log in again with: aws login --profile console-expired\. /,
    },
    {
      ...usual,
      ...profile("process-expired"),
      title: "a credential_process that gives expired keys",
      code: "login_expired",
      meaning:
        "The login behind the credentials (from profile process-expired (credential_process)) has expired",
      remedy: /^Renew the login that the credential_process of profile process-expired stands for, /,
      without: "aws sso login",
    },
    {
      ...usual,
      ...profile("role-forbidden"),
      title: "a role that may not be assumed",
      code: "credentials_failed",
      name: "AccessDenied",
      meaning: "The source of the credentials was refused by AWS.",
      remedy: "aws sts get-caller-identity --profile role-forbidden shows whether it works.",
      quoted: "User: me is not authorized to perform: sts:AssumeRole",
      requestId: "sts-2",
    },
  ];
}

function withUnusableSettings({ home }: World): Situation[] {
  const config = home.write("wrong-endpoint", "[default]\nendpoint_url = http://me:pass@bda.example.com\n");
  return [
    {
      env: { ...testKeys, AWS_CONFIG_FILE: config },
      title: "an endpoint without TLS",
      code: "configuration",
      meaning:
        /^The setting endpoint_url of profile default cannot be used, .* It is "http:\/\/…@bda\.example\.com"\.$/,
      by: who.operator,
      remedy:
        "Correct endpoint_url of profile default (environment, flags or profile) and restart the program.",
      again: again.afterFix,
    },
  ];
}
