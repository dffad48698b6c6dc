import { readFileSync } from "node:fs";
import { ssoTokenFile } from "../credentials/child.ts";
import { type FakeServer, mark } from "../credentials/fake-aws.ts";
import {
  containerToken,
  createWorld,
  expires,
  processAnswer,
  ssoToken,
  type World,
} from "../credentials/world.ts";
import { jobAnswer, type SeenRequest } from "../support/scripted-endpoint.ts";
import { plantedToken } from "../support/secret-search.ts";

export const place = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/";

/** Secrets that stand in the environment of every process, used or not. */
export const plantedEverywhere = {
  AWS_ACCESS_KEY_ID: "ASIA000000000000ENVK",
  AWS_SECRET_ACCESS_KEY: `${mark}/env+secret/key/of/forty/chars`,
  AWS_SESSION_TOKEN: plantedToken(mark),
  AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
  BDA_MCP_AUTH_TOKEN: `${mark}-caller-token`,
  BDA_MCP_METRICS_TOKEN: `${mark}-collector-of-figures`,
  BDA_MCP_TASK_KEY: `${mark}-task-key-of-some-length`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${mark}-collector-token`,
} as const;

/** The same without keys, for sources that come after them. */
const {
  AWS_ACCESS_KEY_ID: _,
  AWS_SECRET_ACCESS_KEY: __,
  AWS_SESSION_TOKEN: ___,
  ...withoutKeys
} = plantedEverywhere;

/** Where credentials come from, and how the key id ends with which calls are then signed. Absent: there are none. */
export interface Source {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly endsIn?: string;
}

/** Looks like a secret access key, and stands where the key id should. */
export const swappedSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLzQ7x";

export const urlWithPassword = `https://user:${mark}@example.com`;

export interface SecretsWorld extends Disposable {
  readonly sources: readonly Source[];
}

export function secretsWorld(): SecretsWorld {
  const world = createWorld();
  const gossip = gossipingServer();
  const { home } = world;
  home.write(".aws/config", `${readFileSync(`${home.path}/.aws/config`, "utf8")}${moreProfiles}`);
  home.write("answer.json", processAnswer({ SessionToken: `${mark}-process-session` }));
  home.write("long-web-token", plantedToken(mark));
  home.write(ssoTokenFile("gossip"), ssoToken(plantedToken(mark), expires));
  return {
    sources: [...goodSources(world), ...badSources(world, gossip)],
    [Symbol.dispose]() {
      gossip.stop();
      world[Symbol.dispose]();
    },
  };
}

const moreProfiles = `
[profile process-noisy]
credential_process = echo "${mark} on stderr" >&2; cat answer.json || cat $HOME/answer.json
[profile process-loud]
credential_process = echo '{"Version": 1, "AccessKeyId": "${mark}", "SecretAccessKey": "${mark} with a blank"}'
[profile sso-gossip]
sso_session = gossip
sso_account_id = 111122223333
sso_role_name = Reader
[sso-session gossip]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
`;

type Env = Readonly<Record<string, string>>;
const role = "arn:aws:iam::111122223333:role/web";

/** Everything is planted, and a profile is asked for. */
function withProfile({ endpoints, home }: World, AWS_PROFILE: string): Env {
  return { ...plantedEverywhere, ...endpoints, HOME: home.path, AWS_PROFILE };
}

function goodSources(world: World): Source[] {
  const { container, home, instance, webTokenFile, endpoints } = world;
  const profiles = [
    ["static", "FILE"],
    ["process", "PROC"],
    ["process-noisy", "PROC"],
    ["role", "ROLE"],
    ["web", "ROLE"],
    ["sso", "SSOK"],
    ["sso-renewable", "SSOK"],
    ["console", "LOGN"],
  ] as const;
  const bare = { ...withoutKeys, ...endpoints, HOME: home.path };
  return [
    { name: "the environment", env: plantedEverywhere, endsIn: "ENVK" },
    {
      name: "web identity",
      env: { ...bare, AWS_WEB_IDENTITY_TOKEN_FILE: webTokenFile, AWS_ROLE_ARN: role },
      endsIn: "ROLE",
    },
    {
      name: "a container",
      env: { ...bare, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys` },
      endsIn: "CONT",
    },
    {
      name: "an instance",
      env: {
        ...bare,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url,
        AWS_EC2_METADATA_DISABLED: "false",
      },
      endsIn: "IMDS",
    },
    ...profiles.map(([name, endsIn]) => {
      return { name: `profile ${name}`, env: withProfile(world, name), endsIn };
    }),
  ];
}

function badSources(world: World, { url: gossip }: FakeServer): Source[] {
  const { container, home } = world;
  const profiles = [
    "process-exit",
    "process-nonsense",
    "process-loud",
    "role-forbidden",
    "sso-expired",
    "sso-revoked",
    "console-expired",
  ];
  const bare = { ...withoutKeys, HOME: home.path };
  return [
    {
      name: "secret and key id in each other's place",
      env: { AWS_ACCESS_KEY_ID: swappedSecret, AWS_SECRET_ACCESS_KEY: "AKIA000000000000SWAP" },
    },
    {
      name: "web identity at a service that quotes its token",
      env: {
        ...bare,
        AWS_ENDPOINT_URL_STS: gossip,
        AWS_WEB_IDENTITY_TOKEN_FILE: `${home.path}/long-web-token`,
        AWS_ROLE_ARN: role,
      },
    },
    {
      name: "SSO at a portal that quotes its token",
      env: { ...withProfile(world, "sso-gossip"), AWS_ENDPOINT_URL_SSO: gossip },
    },
    {
      name: "a container that quotes its token",
      env: { ...bare, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${gossip}/keys` },
    },
    {
      name: "a container that refuses its token",
      env: {
        ...bare,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: `${mark}-wrong-token`,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys`,
      },
    },
    {
      name: "an endpoint with a password in its URL",
      env: {
        ...plantedEverywhere,
        AWS_CONFIG_FILE: home.write("endpoint-config", `[default]\nendpoint_url = ${urlWithPassword}\n`),
      },
    },
    ...profiles.map((name) => ({ name: `profile ${name}`, env: withProfile(world, name) })),
  ];
}

/** Hands out no credentials, and tells everybody what it was sent: in the forms of STS, SSO and a container. */
function gossipingServer(): FakeServer {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const sent = `${JSON.stringify([...request.headers])} ${decodeURIComponent(await request.text())}`;
      if (request.method === "POST") {
        const quoted = Bun.escapeHTML(sent);
        return new Response(
          `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>You sent ${quoted}</Message></Error></ErrorResponse>`,
          { status: 400, headers: { "content-type": "text/xml" } },
        );
      }
      return Response.json(
        { message: `You sent ${sent}`, Message: `You sent ${sent}`, Code: "Denied" },
        { status: 403, headers: { "x-amzn-errortype": "ForbiddenException" } },
      );
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, stop: () => void server.stop(true) };
}

function everythingIn({ headers, body }: SeenRequest): string {
  return [...headers].map(([name, value]) => `${name}:${value}`).join("\n") + body;
}

/** The token first: long words are cut. */
function tokenAndAll(request: SeenRequest): string {
  return `${request.headers.get("x-amz-security-token")} ${everythingIn(request)}`;
}

function refusal(name: string, message: string, headers: Env = {}): Response {
  return Response.json(
    { __type: `com.amazon.coral.service#${name}`, message },
    { status: 403, headers: { "x-amzn-requestid": "req-1", ...headers } },
  );
}

/** Jobs by what the endpoint answers about them: well, badly, and with all that it was sent. */
export const jobAnswers: Readonly<Record<string, (request: SeenRequest) => Response>> = {
  good: () =>
    jobAnswer({
      status: "Success",
      outputConfiguration: { s3Uri: "s3://amzn-s3-demo-bucket/out/good/job_metadata.json" },
    }),
  failed: () => jobAnswer({ status: "ClientError", errorMessage: "Access denied" }),
  canonical: (request) =>
    refusal(
      "InvalidSignatureException",
      `The Canonical String for this request should have been 'POST\n/\n\n${everythingIn(request)}'`,
    ),
  incomplete: ({ headers }) =>
    refusal(
      "IncompleteSignatureException",
      `not a valid Authorization header: '${headers.get("authorization")}'`,
    ),
  unauthorized: ({ headers }) => refusal("AccessDeniedException", `You sent ${headers.get("authorization")}`),
  echo: (request) => refusal("ValidationException", `You sent ${everythingIn(request)}`),
  expired: (request) => refusal("ExpiredTokenException", `This has expired: ${everythingIn(request)}`),
  "echo-escaped": (request) =>
    new Response(
      JSON.stringify({ __type: "OddException", message: tokenAndAll(request) }).replaceAll("/", "\\/"),
      { status: 400 },
    ),
  "echo-html": (request) =>
    new Response(`<pre>${Bun.escapeHTML(everythingIn(request))}</pre>`, { status: 400 }),
  "echo-cut": ({ headers }) =>
    new Response(`${"<br>".repeat(70)}${headers.get("x-amz-security-token")}`, { status: 400 }),
  "echo-url": ({ headers }) =>
    Response.redirect(
      `https://elsewhere.example/?token=${encodeURIComponent(headers.get("x-amz-security-token") ?? "")}`,
    ),
  "echo-name": ({ headers }) =>
    refusal("X", "Odd.", {
      "x-amzn-errortype": headers.get("x-amz-security-token") ?? "X",
      "x-amzn-requestid": headers.get("authorization") ?? "",
    }),
  "echo-good": (request) => jobAnswer({ status: "ClientError", errorMessage: everythingIn(request) }),
  "echo-good-long": (request) =>
    jobAnswer({ status: "ClientError", errorMessage: tokenAndAll(request), more: "x".repeat(900_000) }),
};

/** Answers as AWS would, and as nobody should: by the job's id; STS and S3 quote what they were sent as well. */
export function answerWithEchoes(request: SeenRequest): Response {
  const { body, method } = request;
  const xml = (inner: string, status: number) =>
    new Response(inner, { status, headers: { "content-type": "text/xml" } });
  const quoted = Bun.escapeHTML(everythingIn(request));
  if (method === "GET") {
    return xml(`<Error><Code>SignatureDoesNotMatch</Code><Message>You sent ${quoted}</Message></Error>`, 403);
  }
  if (body.startsWith("Action=")) {
    return xml(
      `<ErrorResponse><Error><Code>Odd</Code><Message>You sent ${quoted}</Message></Error></ErrorResponse>`,
      400,
    );
  }
  const jobId = /data-automation-invocation\/([\w-]+)/.exec(body)?.[1] ?? "";
  return jobAnswers[jobId]?.(request) ?? jobAnswer();
}
