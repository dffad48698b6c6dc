import { afterAll, describe, expect, test } from "bun:test";
import { runtimes } from "../support/runtimes.ts";
import { probe, ssoTokenFile, temporaryHome } from "./child.ts";
import {
  type FakeServer,
  fakeContainer,
  fakeInstanceMetadata,
  fakeKeys,
  fakeSsoPortal,
  inTurn,
  mark,
} from "./fake-aws.ts";
import { bearer, containerToken, expires, ssoToken } from "./world.ts";

const minutes = 60_000;
const longAgo = Date.parse("2020-01-01T00:00:00Z");
const ssoConfig = `[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
`;
const keysFile = (ending: string) =>
  `[files]\naws_access_key_id = AKIA000000000000${ending}\naws_secret_access_key = ${mark}-${ending}\n`;

const servers: FakeServer[] = [];
afterAll(() => {
  for (const server of servers) server.stop();
});
function running(server: FakeServer): FakeServer {
  servers.push(server);
  return server;
}

describe.each(runtimes)("on %s", (runtime) => {
  test("a login renewed outside is picked up without a restart", async () => {
    const portal = running(fakeSsoPortal(inTurn(fakeKeys("SSO1", expires)), bearer));
    using home = temporaryHome({
      ".aws/config": ssoConfig,
      [ssoTokenFile("corp")]: ssoToken(bearer, longAgo),
    });
    const { outcomes } = await probe(runtime, {
      home,
      profile: "sso",
      env: { AWS_ENDPOINT_URL_SSO: portal.url },
      steps: [
        { do: "get" },
        { do: "write", path: `${home.path}/${ssoTokenFile("corp")}`, text: ssoToken(bearer, expires) },
        { do: "get" },
      ],
    });
    expect(outcomes[0]).toMatchObject({ code: "login_expired", login: "sso", profile: "sso" });
    expect(outcomes[2]).toMatchObject({ endsIn: "SSO1", source: "profile sso (SSO)" });
  }, 40_000);

  test("keys that AWS refused are asked for anew, with whatever the login is by then", async () => {
    const portal = running(
      fakeSsoPortal(inTurn(fakeKeys("SSO1", expires), fakeKeys("SSO2", expires)), bearer),
    );
    using home = temporaryHome({
      ".aws/config": ssoConfig,
      [ssoTokenFile("corp")]: ssoToken(bearer, expires),
    });
    const { outcomes } = await probe(runtime, {
      home,
      profile: "sso",
      env: { AWS_ENDPOINT_URL_SSO: portal.url },
      steps: [{ do: "get" }, { do: "get" }, { do: "refused" }, { do: "get" }, { do: "get" }],
    });
    expect(outcomes.map(({ endsIn }) => endsIn)).toEqual(["SSO1", "SSO1", undefined, "SSO2", "SSO2"]);
    expect(portal.asked.length).toBe(2);
  }, 40_000);

  test("keys edited in a file are picked up: at once when AWS refused them, else within half a minute", async () => {
    using home = temporaryHome({ ".aws/credentials": keysFile("OLD1") });
    const path = `${home.path}/.aws/credentials`;
    const { outcomes } = await probe(runtime, {
      home,
      profile: "files",
      steps: [
        { do: "get" },
        { do: "write", path, text: keysFile("NEW2") },
        { do: "refused" },
        { do: "get" },
        { do: "write", path, text: keysFile("NEW3") },
        { do: "advance", milliseconds: 31_000 },
        { do: "get" },
      ],
    });
    expect([0, 3, 6].map((step) => outcomes[step]?.endsIn)).toEqual(["OLD1", "NEW2", "NEW3"]);
  }, 40_000);

  test("keys whose file is gone are not remembered from it", async () => {
    using home = temporaryHome({ ".aws/credentials": keysFile("OLD1").replace("files", "default") });
    const { outcomes } = await probe(runtime, {
      home,
      steps: [
        { do: "get" },
        { do: "remove", path: `${home.path}/.aws/credentials` },
        { do: "refused" },
        { do: "get" },
      ],
    });
    expect(outcomes[0]?.endsIn).toBe("OLD1");
    expect(outcomes[3]?.code).toBe("no_credentials");
  }, 40_000);

  test("a profile that changes its kind is picked up too", async () => {
    using home = temporaryHome({
      ".aws/config": ssoConfig.replace("profile sso", "profile files"),
      [ssoTokenFile("corp")]: ssoToken(bearer, longAgo),
    });
    const { outcomes } = await probe(runtime, {
      home,
      profile: "files",
      steps: [
        { do: "get" },
        { do: "write", path: `${home.path}/.aws/config`, text: "" },
        { do: "write", path: `${home.path}/.aws/credentials`, text: keysFile("KEYS") },
        { do: "get" },
      ],
    });
    expect(outcomes[0]?.code).toBe("login_expired");
    expect(outcomes[3]?.endsIn).toBe("KEYS");
  }, 40_000);

  test("an instance's keys are renewed before they expire, once for all callers", async () => {
    const soon = Date.now() + 60 * minutes;
    const instance = running(
      fakeInstanceMetadata(inTurn(fakeKeys("OLD1", soon), fakeKeys("NEW2", soon + 60 * minutes))),
    );
    using home = temporaryHome();
    const { outcomes } = await probe(runtime, {
      home,
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url, AWS_EC2_METADATA_DISABLED: "false" },
      steps: [
        { do: "get", callers: 5 },
        { do: "advance", milliseconds: 54 * minutes },
        { do: "get", callers: 5 },
        { do: "advance", milliseconds: 2 * minutes },
        { do: "get", callers: 5 },
      ],
    });
    expect([0, 2, 4].map((step) => outcomes[step]?.endsIn)).toEqual(["OLD1", "OLD1", "NEW2"]);
    expect(instance.asked.filter((asked) => asked.startsWith("PUT")).length).toBe(2);
  }, 40_000);

  test("a container's keys are renewed before they expire", async () => {
    const soon = Date.now() + 60 * minutes;
    const container = running(
      fakeContainer(inTurn(fakeKeys("OLD1", soon), fakeKeys("NEW2", soon + 60 * minutes)), containerToken),
    );
    using home = temporaryHome();
    const { outcomes } = await probe(runtime, {
      home,
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/keys`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
      },
      steps: [{ do: "get" }, { do: "advance", milliseconds: 56 * minutes }, { do: "get" }],
    });
    expect([0, 2].map((step) => outcomes[step]?.endsIn)).toEqual(["OLD1", "NEW2"]);
  }, 40_000);
});
