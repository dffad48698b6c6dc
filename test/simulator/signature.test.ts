import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defaultCredentials } from "../../src/simulator/settings.ts";
import { createSignatureCheck, type SignatureRules } from "../../src/simulator/wire/signature-check.ts";
import { FakeClock } from "../support/fake-clock.ts";
import {
  arnOf,
  ask,
  failureOf,
  identityCall,
  type PostOptions,
  post,
  type Signing,
  sdkClient,
  signedHeaders,
  startSimulator,
  statusCall,
  type Unsigned,
} from "./kit.ts";

type Tamper = NonNullable<PostOptions["tamper"]>;

const good = statusCall({ invocationArn: arnOf("sim-success") });

/** Changes the Authorization header. */
const authorization =
  (change: (value: string) => string): Tamper =>
  ({ headers }) => {
    headers.authorization = change(headers.authorization ?? "");
  };

const without =
  (name: string): Tamper =>
  ({ headers }) => {
    delete headers[name];
  };

/** The name of the error, wherever it stands, in JSON or XML. */
async function errorNameOf(response: Response): Promise<string> {
  const text = await response.text();
  const given =
    response.headers.get("x-amzn-errortype") ??
    /<Code>(\w+)/.exec(text)?.[1] ??
    /"__type":"[^"]*#(\w+)"/.exec(text)?.[1];
  return given?.split(":")[0] ?? `none: ${response.status}`;
}

const tampered: readonly (readonly [what: string, json: string, xml: string, options: PostOptions])[] = [
  [
    "no Authorization header",
    "MissingAuthenticationTokenException",
    "MissingAuthenticationToken",
    { tamper: without("authorization") },
  ],
  [
    "another scheme",
    "IncompleteSignatureException",
    "IncompleteSignature",
    { tamper: authorization(() => "Bearer abc") },
  ],
  [
    "another algorithm",
    "IncompleteSignatureException",
    "IncompleteSignature",
    { tamper: authorization((value) => value.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")) },
  ],
  ...(["Credential", "SignedHeaders", "Signature"] as const).map(
    (part) =>
      [
        `no ${part}`,
        "IncompleteSignatureException",
        "IncompleteSignature",
        { tamper: authorization((value) => value.replace(new RegExp(`${part}=[^,]*,? ?`), "")) },
      ] as const,
  ),
  [
    "a credential without a scope",
    "IncompleteSignatureException",
    "IncompleteSignature",
    { tamper: authorization((value) => value.replace(/Credential=(\w+)[^,]*/, "Credential=$1")) },
  ],
  [
    "a credential whose scope is too long",
    "IncompleteSignatureException",
    "IncompleteSignature",
    { tamper: authorization((value) => value.replace("/aws4_request", "/aws4_request/more")) },
  ],
  [
    "signed headers that are not sorted",
    "IncompleteSignatureException",
    "IncompleteSignature",
    {
      tamper: authorization((value) =>
        value.replace(/(SignedHeaders=)([^,]+)/, (_, key, list: string) => {
          return `${key}${list.split(";").reverse().join(";")}`;
        }),
      ),
    },
  ],
  [
    "signed headers in capitals",
    "IncompleteSignatureException",
    "IncompleteSignature",
    { tamper: authorization((value) => value.replace(/(SignedHeaders=.*)content/, "$1Content")) },
  ],
  ["no date", "IncompleteSignatureException", "IncompleteSignature", { tamper: without("x-amz-date") }],
  [
    "a date of another form",
    "IncompleteSignatureException",
    "IncompleteSignature",
    {
      tamper: ({ headers }) => {
        headers["x-amz-date"] = new Date().toISOString();
      },
    },
  ],
  [
    "another key id",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    { credentials: { accessKeyId: "AKIASOMEBODYELSE0000", secretAccessKey: "x" } },
  ],
  [
    "another secret key",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { credentials: { ...defaultCredentials, secretAccessKey: "x" } },
  ],
  [
    "another service",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { service: "bedrock-data-automation-runtime" },
  ],
  [
    "a changed body",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    {
      tamper: (sent) => {
        sent.body += " ";
      },
    },
  ],
  [
    "a changed header",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    {
      tamper: ({ headers }) => {
        headers["content-type"] += ";charset=utf-8";
      },
    },
  ],
  [
    "a header of AWS's that is not signed",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    {
      tamper: ({ headers }) => {
        headers["x-amz-added"] = "1";
      },
    },
  ],
  [
    "a date of another day in the scope",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { tamper: authorization((value) => value.replace(/\/\d{8}\//, "/20200101/")) },
  ],
  [
    "another ending of the scope",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { tamper: authorization((value) => value.replace("aws4_request", "aws5_request")) },
  ],
  [
    "one digit changed",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { tamper: authorization((value) => value.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))) },
  ],
  [
    "a signature in capitals",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { tamper: authorization((value) => value.replace(/[0-9a-f]+$/, (hex) => hex.toUpperCase())) },
  ],
  [
    "a short signature",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    { tamper: authorization((value) => value.slice(0, -2)) },
  ],
  [
    "a session token that nobody asked for",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    { credentials: { ...defaultCredentials, sessionToken: "token" } },
  ],
];

describe("a signature that is not right is refused, under the service's name for it", () => {
  test.each(tampered)("%s: %s, %s", async (_, json, xml, options) => {
    await using simulator = startSimulator();
    expect(await errorNameOf(await post(simulator, good, options))).toBe(json);
    const atSts = { service: "sts", ...options };
    expect(await errorNameOf(await post(simulator, identityCall, atSts))).toBe(xml);
  });

  test("nothing is wrong without the tampering", async () => {
    await using simulator = startSimulator();
    expect((await post(simulator, good)).status).toBe(200);
    expect((await post(simulator, identityCall, { service: "sts" })).status).toBe(200);
  });

  test.each([
    ["ending", /aws4_request/, "aws5_request"],
    ["date", /\/\d{8}\//, "/20200101/"],
    ["service", /\/bedrock\//, "/sts/"],
    ["region", /\/us-east-1\//, "/us-west-2/"],
  ] as const)("a scope with another %s is named as the reason", async (what, part, other) => {
    await using simulator = startSimulator();
    const tamper = authorization((value) => value.replace(part, other));
    expect(await (await post(simulator, good, { tamper })).json()).toMatchObject({
      message: expect.stringContaining(`another ${what} than`),
    });
  });

  test("headers that have to be signed are named", async () => {
    await using simulator = startSimulator();
    for (const name of ["host", "x-amz-date", "x-amz-target", "content-type"]) {
      const tamper = authorization((value) =>
        value.replace(/(SignedHeaders=)([^,]+)/, (_, key, list: string) => {
          return `${key}${list
            .split(";")
            .filter((each) => each !== name)
            .join(";")}`;
        }),
      );
      const response = await post(simulator, good, { tamper });
      expect(await response.json()).toMatchObject({ message: expect.stringContaining(name) });
      expect(response.status).toBe(403);
    }
  });

  test("the region is the ARN's; STS takes any", async () => {
    await using simulator = startSimulator();
    const elsewhere = post(simulator, good, { region: "us-west-2" });
    expect(await errorNameOf(await elsewhere)).toBe("InvalidSignatureException");
    const inEurope = arnOf("sim-success-eu").replace("us-east-1", "eu-central-1");
    const right = { region: "eu-central-1" };
    expect((await post(simulator, statusCall({ invocationArn: inEurope }), right)).status).toBe(200);
    expect((await post(simulator, identityCall, { service: "sts", ...right })).status).toBe(200);
  });

  test("keys can be others, with a session token that is asked for", async () => {
    const credentials = { accessKeyId: "ASIAOTHERKEY", secretAccessKey: "other", sessionToken: "to/ken==" };
    await using simulator = startSimulator({ credentials });
    expect((await ask(sdkClient(simulator), arnOf("sim-success"))).status).toBe("Success");
    for (const wrong of [
      { ...credentials, sessionToken: "other" },
      { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey },
      defaultCredentials,
    ]) {
      const failure = await failureOf(
        ask(sdkClient(simulator, { credentials: wrong }), arnOf("sim-success")),
      );
      expect(failure.name).toBe("UnrecognizedClientException");
    }
  });

  test("no answer holds the secret key, or the signature that would be right", async () => {
    await using simulator = startSimulator();
    for (const [, , , options] of tampered) {
      const sent: string[] = [];
      const response = await post(simulator, good, {
        ...options,
        tamper: (request) => {
          sent.push(/Signature=(\w+)/.exec(request.headers.authorization ?? "")?.[1] ?? "");
          options.tamper?.(request);
        },
      });
      const text = await response.text();
      expect(text).not.toContain(simulator.credentials.secretAccessKey);
      expect(text).not.toContain(sent[0] ?? "");
    }
  });
});

describe("a clock that is off by more than five minutes", () => {
  const minutes = 60_000;
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);

  test.each([
    [-5 * minutes, "none: 200"],
    [5 * minutes, "none: 200"],
    [-5 * minutes - 1000, "RequestExpired"],
    [5 * minutes + 1000, "RequestInTheFuture"],
    [-24 * 60 * minutes, "RequestExpired"],
  ])("%d ms: %s, with the right time in the answer", async (offset, name) => {
    await using simulator = startSimulator({}, new FakeClock(now));
    const response = await post(simulator, good, { signedAt: now + offset });
    expect(response.headers.get("date")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    expect(await errorNameOf(response)).toBe(name);
  });

  test("STS says that the signature does not match", async () => {
    await using simulator = startSimulator({}, new FakeClock(now));
    const late = await post(simulator, identityCall, { service: "sts", signedAt: now - 6 * minutes });
    expect(late.headers.get("date")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    expect(await errorNameOf(late)).toBe("SignatureDoesNotMatch");
  });
});

test("a body in chunks is checked as a whole", async () => {
  await using simulator = startSimulator();
  const headers = await signedHeaders(new URL(simulator.url).host, good, {
    service: "bedrock",
    region: "us-east-1",
    signedAt: Date.now(),
    credentials: simulator.credentials,
  });
  const inChunks = (text: string) =>
    new ReadableStream({
      start(controller) {
        for (const character of text) controller.enqueue(new TextEncoder().encode(character));
        controller.close();
      },
    });
  const send = (text: string) => fetch(simulator.url, { method: "POST", headers, body: inChunks(text) });
  expect((await send(good.body)).status).toBe(200);
  expect(await errorNameOf(await send(good.body.replace("success", "running")))).toBe(
    "InvalidSignatureException",
  );
});

/** As RFC 3986 has it, and as AWS's clients write it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

describe("the check agrees with AWS's own signer, whatever is signed", () => {
  const clock = new FakeClock();
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "to/ken+==" };
  const keysOf = (id: string) => (id === credentials.accessKeyId ? credentials : undefined);
  const check = createSignatureCheck({ keysOf, clock });

  const text = fc.stringMatching(/^[ -~é✓]{0,12}$/u);
  const segment = text.filter((part) => part !== "." && part !== "..").map(escaped);
  const request: fc.Arbitrary<Unsigned> = fc.record({
    method: fc.constantFrom("GET", "PUT"),
    path: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
    query: fc.dictionary(fc.stringMatching(/^[ -~é]{1,8}$/u), text, { maxKeys: 4 }),
    headers: fc.dictionary(
      fc.stringMatching(/^x-amz-meta-[a-z]{1,8}$/),
      fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
      { maxKeys: 4 },
    ),
    body: fc.string({ unit: "grapheme", maxLength: 60 }),
  });

  async function received(unsigned: Unsigned, signing: Pick<Signing, "service" | "likeS3">) {
    const headers = await signedHeaders("host.example", unsigned, {
      region: "eu-west-1",
      signedAt: clock.now(),
      credentials,
      ...signing,
    });
    const query = Object.entries(unsigned.query ?? {})
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .reverse()
      .join("&");
    const url = new URL(`http://host.example${unsigned.path}?${query}`);
    return {
      method: unsigned.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: new Headers(headers),
      body: new TextEncoder().encode(unsigned.body),
    };
  }

  const likeMost: SignatureRules = {
    service: "anything",
    region: "eu-west-1",
    path: "twice",
    payload: "body",
  };
  const likeS3: SignatureRules = { service: "s3", path: "once", payload: "declared" };

  test.each([
    ["as most services do", likeMost],
    ["as S3 does", likeS3],
  ])("%s", async (_, rules) => {
    const signing = { service: rules.service, likeS3: rules === likeS3 };
    await fc.assert(
      fc.asyncProperty(request, async (unsigned) => {
        const whole = await received(unsigned, signing);
        expect(check(whole, rules)).toBeUndefined();
        expect(check({ ...whole, method: "POST" }, rules)?.kind).toBe("wrong_signature");
        expect(check({ ...whole, path: `${whole.path}x` }, rules)?.kind).toBe("wrong_signature");
        expect(check({ ...whole, query: `${whole.query}&x=1` }, rules)?.kind).toBe("wrong_signature");
        const longer = new TextEncoder().encode(`${unsigned.body}x`);
        expect(check({ ...whole, body: longer }, rules)?.kind).toBe(
          rules === likeS3 ? "payload_mismatch" : "wrong_signature",
        );
      }),
      { numRuns: 150 },
    );
  });

  test("blanks in a header's value count as one", async () => {
    const headers = { "x-amz-meta-a": "one   two  three" };
    const unsigned = { method: "GET", path: "/", headers, body: "" };
    const whole = await received(unsigned, { service: "anything" });
    expect(check(whole, likeMost)).toBeUndefined();
    whole.headers.set("x-amz-meta-a", "one two three");
    expect(check(whole, likeMost)).toBeUndefined();
    whole.headers.set("x-amz-meta-a", "onetwo three");
    expect(check(whole, likeMost)?.kind).toBe("wrong_signature");
  });

  test("S3 takes a payload that is not signed, if the request says so", async () => {
    const unsigned = {
      method: "GET",
      path: "/amzn-s3-demo-bucket/results//a%20b%2Bc/job_metadata.json",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      body: "",
    };
    const whole = await received(unsigned, { service: "s3", likeS3: true });
    expect(check(whole, likeS3)).toBeUndefined();
    expect(check({ ...whole, body: new Uint8Array(7) }, likeS3)).toBeUndefined();
    expect(check({ ...whole, path: whole.path.replace("//", "/") }, likeS3)?.kind).toBe("wrong_signature");
    const silent = await received({ ...unsigned, headers: {} }, { service: "s3" });
    expect(check(silent, likeS3)?.kind).toBe("payload_mismatch");
  });
});
