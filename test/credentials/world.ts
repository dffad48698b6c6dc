import { generateKeyPairSync } from "node:crypto";
import { consoleLoginFile, type Home, ssoTokenFile, temporaryHome } from "./child.ts";
import {
  type FakeServer,
  fakeContainer,
  fakeInstanceMetadata,
  fakeKeys,
  fakePage,
  fakeSignIn,
  fakeSilence,
  fakeSsoOidc,
  fakeSsoPortal,
  fakeSts,
  inTurn,
  mark,
} from "./fake-aws.ts";

/** Far enough away that nothing renews by itself. */
export const expires = Date.parse("2035-01-02T03:04:05Z");

export const fileKeyId = "AKIA000000000000FILE";
export const webToken = `${mark}-web-token`;
export const bearer = `${mark}-sso-access-token`;
const renewedBearer = bearer;
const refreshToken = `${mark}-sso-refresh-token`;
export const containerToken = `${mark}-container-token`;
export const loginSession = "arn:aws:signin:us-east-1:111122223333:session/person";

/** Every source of AWS credentials, on this machine: the servers, and a home directory that names them. */
export interface World extends Disposable {
  readonly home: Home;
  readonly webTokenFile: string;
  readonly sts: FakeServer;
  readonly portal: FakeServer;
  readonly oidc: FakeServer;
  readonly signIn: FakeServer;
  readonly instance: FakeServer;
  readonly container: FakeServer;
  readonly silence: FakeServer;
  readonly page: FakeServer;
  /** Points AWS's packages at the servers. */
  readonly endpoints: Readonly<Record<string, string>>;
}

export function createWorld(): World {
  const servers = {
    sts: fakeSts(inTurn(fakeKeys("ROLE", expires)), { signer: fileKeyId, webToken }),
    portal: fakeSsoPortal(inTurn(fakeKeys("SSOK", expires)), bearer),
    oidc: fakeSsoOidc(refreshToken, renewedBearer),
    signIn: fakeSignIn(),
    instance: fakeInstanceMetadata(inTurn(fakeKeys("IMDS", expires))),
    container: fakeContainer(inTurn(fakeKeys("CONT", expires)), containerToken),
    silence: fakeSilence(),
    page: fakePage(),
  };
  const home = temporaryHome();
  const webTokenFile = home.write("web-token", webToken);
  home.write(".aws/credentials", credentialsFile);
  home.write(".aws/config", configFile(webTokenFile));
  writeLogins(home);
  return {
    home,
    webTokenFile,
    ...servers,
    endpoints: {
      AWS_ENDPOINT_URL_STS: servers.sts.url,
      AWS_ENDPOINT_URL_SSO: servers.portal.url,
      AWS_ENDPOINT_URL_SSO_OIDC: servers.oidc.url,
      AWS_ENDPOINT_URL_SIGNIN: servers.signIn.url,
    },
    [Symbol.dispose]() {
      for (const server of Object.values(servers)) server.stop();
      home[Symbol.dispose]();
    },
  };
}

const credentialsFile = `
[static]
aws_access_key_id = ${fileKeyId}
aws_secret_access_key = ${mark}-file-secret

[half-pair]
aws_access_key_id = AKIA000000000000HALF

[misspelt]
aws_acess_key_id = ${fileKeyId}
aws_secret_access_key = ${mark}-file-secret
`;

const role = (name: string) => `role_arn = arn:aws:iam::111122223333:role/${name}`;
const sso = (session: string, name = "Reader") =>
  `sso_session = ${session}\nsso_account_id = 111122223333\nsso_role_name = ${name}`;

const configFile = (webTokenFile: string) => `
[profile process]
credential_process = echo '${processAnswer({})}'
[profile process-session]
credential_process = echo '${processAnswer({
  SessionToken: `${mark}-process-session`,
  Expiration: new Date(expires).toISOString(),
})}'
[profile process-exit]
credential_process = echo ${mark} >&2; exit 3
[profile process-nonsense]
credential_process = echo ${mark}
[profile process-expired]
credential_process = echo '${processAnswer({ Expiration: "2020-01-01T00:00:00Z" })}'

[profile role]
${role("reader")}
source_profile = static
region = eu-west-1
[profile role-no-region]
${role("reader")}
source_profile = static
[profile role-of-process]
${role("reader")}
source_profile = process-exit
[profile role-of-instance]
${role("reader")}
credential_source = Ec2InstanceMetadata
[profile role-of-container]
${role("reader")}
credential_source = EcsContainer
[profile role-of-sso]
${role("reader")}
source_profile = sso-expired
[profile role-forbidden]
${role("forbidden")}
source_profile = static
[profile role-stale]
${role("stale")}
source_profile = static
[profile role-circle]
${role("reader")}
source_profile = role-circle-2
[profile role-circle-2]
${role("reader")}
source_profile = role-circle
[profile role-mfa]
${role("reader")}
source_profile = static
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile role-of-nobody]
${role("reader")}
source_profile = nosuch
[profile role-of-role-of-nobody]
${role("reader")}
source_profile = role-of-nobody
[profile role-of-settings]
${role("reader")}
source_profile = settings-only
[profile role-of-nonsense]
${role("reader")}
source_profile = process-nonsense
[profile role-of-instance-settings]
${role("reader")}
source_profile = instance-settings
[profile instance-settings]
credential_source = Ec2InstanceMetadata
[profile role-alone]
${role("reader")}

[profile web]
${role("web")}
web_identity_token_file = ${webTokenFile}

[profile sso]
${sso("corp")}
[profile sso-legacy]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 111122223333
sso_role_name = Reader
[profile sso-forbidden]
${sso("corp", "Forbidden")}
[profile sso-expired]
${sso("expired")}
[profile sso-revoked]
${sso("revoked")}
[profile sso-renewable]
${sso("renewable")}
[profile sso-never]
${sso("never")}
[profile sso-nowhere]
${sso("nowhere")}
[profile sso-without-region]
${sso("without-region")}
[sso-session without-region]
sso_start_url = https://corp.awsapps.com/start
[profile sso-without-role]
sso_session = corp
sso_account_id = 111122223333

[profile console]
login_session = ${loginSession}
[profile console-expired]
login_session = ${loginSession}/expired
[profile console-never]
login_session = ${loginSession}/never

[profile settings-only]
region = eu-west-1
${["corp", "expired", "revoked", "renewable", "never"]
  .map(
    (name) =>
      `[sso-session ${name}]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n`,
  )
  .join("")}`;

export function processAnswer(more: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: "AKIA000000000000PROC",
    SecretAccessKey: `${mark}-process-secret`,
    ...more,
  });
}

/** As `aws sso login` writes it. */
export function ssoToken(
  accessToken: string,
  expiresAt: number,
  more: Readonly<Record<string, string>> = {},
): string {
  return JSON.stringify({
    startUrl: "https://corp.awsapps.com/start",
    region: "eu-central-1",
    accessToken,
    expiresAt: new Date(expiresAt).toISOString(),
    ...more,
  });
}

const longAgo = Date.parse("2020-01-01T00:00:00Z");

function writeLogins(home: Home): void {
  home.write(ssoTokenFile("corp"), ssoToken(bearer, expires));
  home.write(ssoTokenFile("https://old.awsapps.com/start"), ssoToken(bearer, expires));
  home.write(ssoTokenFile("expired"), ssoToken(bearer, longAgo));
  home.write(ssoTokenFile("revoked"), ssoToken(`${mark}-another-token`, expires));
  const renewal = { clientId: "client", clientSecret: `${mark}-client-secret`, refreshToken };
  home.write(ssoTokenFile("renewable"), ssoToken(`${mark}-old-token`, longAgo, renewal));
  home.write(consoleLoginFile(loginSession), consoleLogin(expires));
  home.write(consoleLoginFile(`${loginSession}/expired`), consoleLogin(longAgo));
}

/** As `aws login` writes it. */
function consoleLogin(expiresAt: number): string {
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return JSON.stringify({
    accessToken: {
      accessKeyId: "ASIA000000000000LOGN",
      secretAccessKey: `${mark}-login-secret`,
      sessionToken: `${mark}-login-session`,
      accountId: "111122223333",
      expiresAt: new Date(expiresAt).toISOString(),
    },
    tokenType: "urn:aws:params:oauth:token-type:access_token_sigv4",
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: `${mark}-login-refresh`,
    identityToken: `${mark}-login-identity`,
    dpopKey: privateKey,
  });
}
