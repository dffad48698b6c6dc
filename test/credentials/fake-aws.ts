/**
 * The services that hand out AWS credentials, each on a port of its own on loopback. They speak the real protocols as
 * far as a credential source uses them, and refuse what the real ones would refuse.
 */

/** Stands in every planted secret. Nothing that comes out may hold it. */
export const mark = "SECRETMARK";

export interface FakeKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Keys that say which server made them: the key id ends in `ending`, four characters. */
export function fakeKeys(ending: string, expiresAt: number): FakeKeys {
  return {
    accessKeyId: `ASIA000000000000${ending}`,
    secretAccessKey: `${mark}-secret-key-of-${ending}`,
    sessionToken: `${mark}-session-token-of-${ending}`,
    expiresAt,
  };
}

export interface FakeServer {
  readonly url: string;
  /** What was asked of it, in order: method and path, or the action. */
  readonly asked: string[];
  stop(): void;
}

type Answer = Response | Promise<Response>;

function serve(answer: (request: Request, url: URL, asked: string[]) => Answer): FakeServer {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: (request) => answer(request, new URL(request.url), asked),
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, stop: () => void server.stop(true) };
}

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": "req-1", ...headers },
  });

/** What a server hands out next. */
export type KeySource = () => FakeKeys;

/** The first once, then the second once, and the last for ever. */
export function inTurn(...keys: readonly [FakeKeys, ...FakeKeys[]]): KeySource {
  let given = 0;
  return () => {
    const next = keys[Math.min(given, keys.length - 1)] ?? keys[0];
    given += 1;
    return next;
  };
}

/** Instance metadata, version 2 only: a session token first, and then with it. */
export function fakeInstanceMetadata(keys: KeySource): FakeServer {
  const token = `${mark}-imds-token`;
  const path = "/latest/meta-data/iam/security-credentials/";
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    if (request.method === "PUT" && url.pathname === "/latest/api/token") {
      const ttl = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds");
      return ttl === null ? new Response("Bad Request", { status: 400 }) : new Response(token);
    }
    if (request.headers.get("x-aws-ec2-metadata-token") !== token) {
      return new Response("Unauthorized", { status: 401 });
    }
    if (url.pathname === path) return new Response("instance-role");
    if (url.pathname !== `${path}instance-role`) return new Response("Not Found", { status: 404 });
    return json({ Code: "Success", Type: "AWS-HMAC", ...ofMetadata(keys()) });
  });
}

/** The endpoint that ECS and EKS give a container. */
export function fakeContainer(keys: KeySource, authorization: string): FakeServer {
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    if (request.headers.get("authorization") !== authorization) {
      return json({ Code: "AccessDenied", Message: `not ${mark}` }, 401);
    }
    return url.pathname === "/keys" ? json(ofMetadata(keys())) : json({}, 404);
  });
}

function ofMetadata({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: FakeKeys) {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(expiresAt).toISOString(),
  };
}

/** Security Token Service: AWS query in, XML out. Role sessions need a known signer; web identities their token. */
export function fakeSts(
  keys: KeySource,
  accepts: { readonly signer: string; readonly webToken: string },
): FakeServer {
  return serve(async (request, _, asked) => {
    const form = new URLSearchParams(await request.text());
    const action = form.get("Action") ?? "";
    const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/sts\/aws4_request/.exec(
      request.headers.get("authorization") ?? "",
    );
    asked.push(`${action} ${form.get("RoleArn")}${scope === null ? "" : ` by ${scope[1]} in ${scope[2]}`}`);
    if (form.get("RoleArn")?.endsWith("/forbidden")) {
      return xmlError("AccessDenied", "User: me is not authorized to perform: sts:AssumeRole", 403);
    }
    if (form.get("RoleArn")?.endsWith("/stale")) {
      return xmlError("ExpiredToken", "The security token included in the request is expired", 403);
    }
    if (action === "GetCallerIdentity") return xmlIdentity(scope?.[1] ?? "nobody");
    if (action === "AssumeRole") {
      if (scope?.[1] !== accepts.signer) return xmlError("InvalidClientTokenId", "no such key", 403);
      return xmlKeys(action, keys());
    }
    if (action !== "AssumeRoleWithWebIdentity") return xmlError("InvalidAction", "no such action", 400);
    if (scope !== null) return xmlError("InvalidAction", "must not be signed", 400);
    if (form.get("WebIdentityToken") !== accepts.webToken) {
      return xmlError("InvalidIdentityToken", "the token is not good", 400);
    }
    return xmlKeys(action, keys());
  });
}

function xmlKeys(action: string, { accessKeyId, secretAccessKey, sessionToken, expiresAt }: FakeKeys) {
  return new Response(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
      <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials>
      </${action}Result><ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata></${action}Response>`,
    { headers: { "content-type": "text/xml" } },
  );
}

function xmlIdentity(keyId: string) {
  return new Response(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
      <Arn>arn:aws:sts::111122223333:assumed-role/r/${keyId}</Arn><UserId>AROA:s</UserId><Account>111122223333</Account>
      </GetCallerIdentityResult><ResponseMetadata><RequestId>sts-3</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
}

function xmlError(code: string, message: string, status: number) {
  return new Response(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>sts-2</RequestId></ErrorResponse>`,
    { status, headers: { "content-type": "text/xml", "x-amzn-requestid": "sts-2" } },
  );
}

/** The portal of IAM Identity Center: a bearer token in, keys of a role out. */
export function fakeSsoPortal(keys: KeySource, bearer: string): FakeServer {
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (request.headers.get("x-amz-sso_bearer_token") !== bearer) {
      return json({ message: "Session token not found or invalid" }, 401, {
        "x-amzn-errortype": "UnauthorizedException",
      });
    }
    if (url.searchParams.get("role_name") === "Forbidden") {
      return json({ message: "No access" }, 403, { "x-amzn-errortype": "ForbiddenException" });
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = keys();
    return json({ roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt } });
  });
}

/** Renews an SSO session: OAuth's refresh grant, in JSON. */
export function fakeSsoOidc(refreshToken: string, accessToken: string): FakeServer {
  return serve(async (request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    const body = (await request.json()) as { grantType?: string; refreshToken?: string };
    if (body.grantType !== "refresh_token" || body.refreshToken !== refreshToken) {
      return json({ error: "invalid_grant" }, 400, { "x-amzn-errortype": "InvalidGrantException" });
    }
    return json({ accessToken, expiresIn: 28_800, refreshToken, tokenType: "Bearer" });
  });
}

/** Renews a console login (`aws login`); this one always says that the person has to log in again. */
export function fakeSignIn(): FakeServer {
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    return json({ error: "TOKEN_EXPIRED", message: "Session has expired" }, 403, {
      "x-amzn-errortype": "AccessDeniedException",
    });
  });
}

/** Takes requests and never answers. */
export function fakeSilence(): FakeServer {
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    return new Promise(() => {});
  });
}

/** Knows nothing of AWS: a page for `/keys`, and for whatever else none. */
export function fakePage(): FakeServer {
  return serve((request, url, asked) => {
    asked.push(`${request.method} ${url.pathname}`);
    if (url.pathname === "/latest/api/token") return new Response("token");
    return new Response("<html>welcome</html>", { status: url.pathname === "/keys" ? 200 : 404 });
  });
}
