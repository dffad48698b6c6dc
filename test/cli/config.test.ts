import { describe, expect, test } from "bun:test";
import { type Config, readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings/settings.ts";

const arn = "arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/0a1b2c3d";

function problemsOf(argv: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const reading = readConfig(argv, env);
  return reading.kind === "wrong" ? reading.problems : [];
}

function configOf(argv: readonly string[], env: Record<string, string> = {}): Config {
  const reading = readConfig(argv, env);
  if (reading.kind !== "run") throw new Error(JSON.stringify(reading));
  return reading.config;
}

describe("what is meant", () => {
  test.each([
    [[], "stdio", []],
    [["stdio"], "stdio", []],
    [["http", "--port", "0"], "http", []],
    [["--simulate", "status", arn], "status", [arn]],
    [["status", arn, "--json", arn], "status", [arn, arn]],
    [["status", "--", arn], "status", [arn]],
    [["doctor"], "doctor", []],
    [["doctor", arn], "doctor", [arn]],
    [["iam-policy", arn], "iam-policy", [arn]],
  ])("%j is the command %s", (argv, command, operands) => {
    expect(readConfig(argv, {})).toMatchObject({ kind: "run", command, operands });
  });

  test("flags come before variables, variables before defaults", () => {
    const env = { BDA_MCP_PORT: " 8080 ", BDA_MCP_LOG_LEVEL: "DEBUG", BDA_MCP_PATH: "" };
    expect(configOf(["http"], env)).toMatchObject({ port: 8080, logLevel: "debug", path: "/mcp" });
    expect(configOf(["http", "--port=0", "--log-level", "warn"], env)).toMatchObject({
      port: 0,
      logLevel: "warn",
    });
    expect(configOf(["http"])).toMatchObject({ port: 3000, host: "127.0.0.1", attemptTimeout: 10 });
  });

  test("the last of two equal flags counts, and a list takes them all", () => {
    expect(configOf(["http", "--port", "1", "--port", "2"]).port).toBe(2);
    expect(
      configOf(["http", "--allowed-host", "a.example", "--allowed-host=b.example,c.example"]).allowedHosts,
    ).toEqual(["a.example", "b.example", "c.example"]);
    expect(configOf(["http"], { BDA_MCP_ALLOWED_HOSTS: "a.example, b.example," }).allowedHosts).toEqual([
      "a.example",
      "b.example",
    ]);
  });

  test.each([
    ["true", true],
    ["1", true],
    ["Yes", true],
    ["off", false],
    ["0", false],
  ])("a switch's variable may be %s", (text, expected) => {
    expect(configOf([], { BDA_MCP_SIMULATE: text }).simulate).toBe(expected);
  });

  test("attempts are left to the profile where nobody gives them", () => {
    expect(configOf([]).maxAttempts).toBeUndefined();
    expect(configOf([], { AWS_MAX_ATTEMPTS: "7" }).maxAttempts).toBe(7);
  });

  test("a server logs what it does; commands for a person are quiet unless asked", () => {
    expect(configOf([]).logLevel).toBe("info");
    expect(configOf(["status", arn]).logLevel).toBe("warn");
    expect(configOf(["status", arn, "--log-level", "info"]).logLevel).toBe("info");
  });

  test("variables of another command do not matter", () => {
    expect(configOf(["status", arn], { BDA_MCP_PORT: "no", BDA_MCP_HOST: "0.0.0.0" }).port).toBe(3000);
  });
});

describe("--wait, with or without its seconds", () => {
  const day = 86_400;
  test.each([
    [["status", arn], undefined, [arn]],
    [["status", arn, "--wait"], day, [arn]],
    [["status", "--wait", arn], day, [arn]],
    [["status", "--wait", "--json", arn], day, [arn]],
    [["status", arn, "--wait", "--", arn], day, [arn, arn]],
    [["--wait", "status", arn], day, [arn]],
    [["status", "--wait", "60", arn], 60, [arn]],
    [["status", "--wait=60", arn], 60, [arn]],
    [["status", arn, "--wait", "86400"], day, [arn]],
    [["status", "--wait", "5", "--wait", arn], day, [arn]],
    // What was given in place of an ARN is told with the others, not as a time.
    [["status", "--wait", "0a1b2c3d-0000-4000-8000-000000000000"], day, [expect.stringMatching(/^0a1b/)]],
    [["status", "--wait", "s3://bucket/out/"], day, ["s3://bucket/out/"]],
    [["status", "--", "--wait"], undefined, ["--wait"]],
  ])("%j", (argv, seconds, operands) => {
    const reading = readConfig(argv, {});
    expect(reading).toMatchObject({ kind: "run", command: "status", operands });
    expect(configOf(argv).wait).toBe(seconds);
  });

  test.each(["0", "-5", "1.5", "60s", "1e3", "86401", "soon", "Infinity", "٣", "1,000"])(
    "%s is no number of seconds, beside the flag and behind a sign",
    (value) => {
      for (const argv of [
        ["status", "--wait", value, arn],
        ["status", arn, `--wait=${value}`],
      ]) {
        expect(problemsOf(argv)).toEqual([
          `--wait must be a whole number of seconds from 1 to 86400, not "${value}".`,
        ]);
      }
    },
  );

  test("an empty one is a variable that was not set, and no wait without end", () => {
    for (const argv of [
      ["status", "--wait", "", arn],
      ["status", arn, "--wait="],
    ]) {
      expect(problemsOf(argv)).toEqual(["--wait needs a value: --wait <seconds>."]);
    }
  });

  test("belongs to status", () => {
    expect(problemsOf(["doctor", "--wait", "5"])).toEqual(["--wait belongs to status, not to doctor."]);
  });
});

describe("help and version", () => {
  test.each([
    [["--help"], { kind: "help", simulate: false }],
    [["-h"], { kind: "help" }],
    [["help"], { kind: "help" }],
    [["status", "--help"], { kind: "help", command: "status" }],
    [["help", "status"], { kind: "help", command: "status" }],
    [["--simulate", "--help"], { kind: "help", simulate: true }],
    [["--version"], { kind: "version" }],
    [["version"], { kind: "version" }],
    [["-v"], { kind: "version" }],
  ])("%j", (argv, expected) => {
    expect(readConfig(argv, {})).toMatchObject(expected);
  });

  test("they are given whatever else is wrong", () => {
    expect(readConfig(["--prot", "x", "--help"], { BDA_MCP_SIMULATE: "maybe" }).kind).toBe("help");
    expect(readConfig(["--version"], { AWS_MAX_ATTEMPTS: "many" }).kind).toBe("version");
  });
});

describe("wrong use is one line that names the thing and what would be right", () => {
  test.each([
    [["--prot", "3000"], 'There is no flag "--prot". Did you mean --port?'],
    [["http", "--prot=3000"], 'There is no flag "--prot". Did you mean --port?'],
    [["--simulat", "status", arn], 'There is no flag "--simulat". Did you mean --simulate?'],
    [["--Json", "status", arn], 'There is no flag "--Json". Did you mean --json?'],
    [["-profile", "dev"], 'There is no flag "-profile". Did you mean --profile?'],
    [["-x"], 'There is no flag "-x". See --help.'],
    [["--no-such-thing-at-all"], 'There is no flag "--no-such-thing-at-all". See --help.'],
    [
      ["--auth-token", "hunter2hunter2hunter2"],
      'There is no flag "--auth-token". Set BDA_MCP_AUTH_TOKEN in the environment instead.',
    ],
    [["http", "--port"], "--port needs a value: --port <number>."],
    [["http", "--port="], "--port needs a value: --port <number>."],
    [["http", "--port", "--host", "127.0.0.1"], /^--port needs a value: --port <number>\.$/],
    [["status", "--foo", arn], 'There is no flag "--foo". See --help.'],
    [["--simulate=yes"], "--simulate takes no value."],
    [["stat", arn], /^There is no command "stat"\. Did you mean status\? The commands are stdio, http, /],
    [[arn], `There is no command "${arn}". Did you mean status ${arn}? `],
    [["--port", "3000"], "--port belongs to http: write http before it."],
    [["--json"], /^--json belongs to status, .*: write one of them before it\.$/],
    [["status", arn, "--port", "3000"], "--port belongs to http, not to status."],
    [["stdio", "--json"], /^--json belongs to status, .*and doctor, not to stdio\.$/],
    [["status"], /^status needs the invocation ARN of a job: status <arn>/],
    [["stdio", arn], `stdio takes no words after it, and there is "${arn}".`],
    [["http", "3000"], 'http takes no words after it, and there is "3000".'],
    [["doctor", arn, "b"], 'doctor takes one ARN, and there is "b" besides.'],
    [["http", "--port", "70000"], '--port must be a whole number from 0 to 65535, not "70000".'],
    [["http", "--port", "3e3"], '--port must be a whole number from 0 to 65535, not "3e3".'],
    [["http", "--port", "-1"], '--port must be a whole number from 0 to 65535, not "-1".'],
    [
      ["--attempt-timeout", "0"],
      '--attempt-timeout must be a number of seconds over 0, at most 600, not "0".',
    ],
    [["--call-timeout", "601"], /^--call-timeout must be a number of seconds over 0, at most 600/],
    [["--log-level", "loud"], '--log-level must be debug, info, warn, error or silent, not "loud".'],
    [["http", "--path", "mcp"], /^--path must begin with \/ /],
    [
      ["http", "--path", "/a/../b"],
      '--path must be without //, . and .. between its slashes, not "/a/../b".',
    ],
    [["http", "--path", "/a/."], '--path must be without //, . and .. between its slashes, not "/a/.".'],
    [["http", "--path", "//mcp"], '--path must be without //, . and .. between its slashes, not "//mcp".'],
    [
      ["http", "--path", "/healthz"],
      /^--path must be another than \/healthz, .*like \/mcp, not "\/healthz"\.$/,
    ],
    [["http", "--path", "/ping/"], /^--path must be another than/],
    [["http", "--path", "/.well-known/oauth-protected-resource/mcp"], /^--path must be another than/],
    [
      ["http", "--path", "/metrics", "--metrics"],
      "--path must be another than /metrics, where --metrics serves the figures.",
    ],
    [["http", "--allowed-origin", "app.example"], /^--allowed-origin must be like https:\/\/app\.example/],
    [["http", "--allowed-origin", "https://app.example?x"], /^--allowed-origin must be like/],
    [["http", "--allowed-origin", "https://me@app.example"], /^--allowed-origin must be like/],
    [["http", "--allowed-origin", "https://app.example:70000"], /^--allowed-origin must be like/],
    [["http", "--host", "http://127.0.0.1"], /^--host must be a host name or address, without port, not/],
    [["http", "--host", "0.0.0.0"], /^--host is not a loopback address: .*BDA_MCP_AUTH_TOKEN/],
  ])("%j", (argv, expected) => {
    const problems = problemsOf(argv);
    expect(problems).toHaveLength(1);
    if (typeof expected === "string") expect(problems[0]).toStartWith(expected);
    else expect(problems[0]).toMatch(expected);
  });

  test.each([
    [{ BDA_MCP_SIMULATE: "maybe" }, "BDA_MCP_SIMULATE must be true or false."],
    [{ AWS_MAX_ATTEMPTS: "0" }, 'AWS_MAX_ATTEMPTS must be a whole number from 1 to 100, not "0".'],
    [{ BDA_MCP_LOG_FORMAT: "xml" }, 'BDA_MCP_LOG_FORMAT must be auto, text or json, not "xml".'],
  ])("%j", (env, expected) => {
    expect(problemsOf([], env)).toEqual([expected]);
  });

  test("every problem is said at once, each once", () => {
    const problems = problemsOf(
      ["http", "--prot", "1", "--host", "0.0.0.0", "--path", "x", "--json", "word"],
      {
        BDA_MCP_PORT: "no",
        AWS_MAX_ATTEMPTS: "many",
      },
    );
    const things = ["--prot", "--json", '"word"', "BDA_MCP_PORT", "--path", "AWS_MAX_ATTEMPTS", "--host"];
    expect(problems).toHaveLength(things.length);
    for (const thing of things) expect(problems.filter((line) => line.includes(thing))).toHaveLength(1);
  });

  const http = "http://me:secret@example.com";
  const refusedHttp = "uses http, which is taken for loopback addresses only; use https://.";
  test.each([
    [["http"], { AWS_USE_FIPS_ENDPOINT: "yes" }, ['AWS_USE_FIPS_ENDPOINT must be true or false, not "yes".']],
    [
      ["status", arn],
      { AWS_USE_DUALSTACK_ENDPOINT: "1", AWS_MAX_ATTEMPTS: "0", AWS_ENDPOINT_URL: "nowhere" },
      [
        'AWS_MAX_ATTEMPTS must be a whole number from 1 to 100, not "0".',
        'AWS_USE_DUALSTACK_ENDPOINT must be true or false, not "1".',
        'AWS_ENDPOINT_URL is not a URL; write it as https://host. It is "nowhere".',
      ],
    ],
    [
      [],
      { AWS_ENDPOINT_URL: "https://a.example", AWS_USE_FIPS_ENDPOINT: "true" },
      ["AWS_ENDPOINT_URL cannot be combined with AWS_USE_FIPS_ENDPOINT=true: remove one of the two."],
    ],
    [
      ["status", arn],
      { AWS_ENDPOINT_URL_STS: http, AWS_ENDPOINT_URL: "https://a.example" },
      [`AWS_ENDPOINT_URL_STS ${refusedHttp} It is "http://…@example.com".`],
    ],
    [
      ["results", arn],
      { AWS_ENDPOINT_URL_S3: http },
      [`AWS_ENDPOINT_URL_S3 ${refusedHttp} It is "http://…@example.com".`],
    ],
  ])("%j with %j: AWS's own variables", (argv, env, problems) => {
    expect(problemsOf(argv, env)).toEqual(problems);
  });

  test("AWS's own variables do not matter where nothing is called by them", () => {
    const wrong = { AWS_ENDPOINT_URL_S3: http };
    expect(problemsOf(["status", arn], wrong)).toEqual([]);
    expect(problemsOf(["--results", "off"], wrong)).toEqual([]);
    const all = { ...wrong, AWS_ENDPOINT_URL: http, AWS_USE_FIPS_ENDPOINT: "yes" };
    expect(problemsOf(["status", "--simulate", arn], all)).toEqual([]);
    expect(problemsOf(["iam-policy"], all)).toEqual([]);
    expect(problemsOf([], { AWS_ENDPOINT_URL: http, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" })).toEqual(
      [],
    );
    expect(problemsOf([], { AWS_ENDPOINT_URL: "  ", AWS_USE_FIPS_ENDPOINT: "" })).toEqual([]);
  });

  test("a word after a switch that is misspelt is not taken for its value", () => {
    expect(problemsOf(["http", "--simulat", "word"])).toHaveLength(2);
    expect(problemsOf(["http", "--prot", "word"])).toHaveLength(1);
  });

  test("a secret is never repeated", () => {
    expect(problemsOf(["http"], { BDA_MCP_AUTH_TOKEN: "short-secret" })).toEqual([
      "BDA_MCP_AUTH_TOKEN must have at least 16 characters.",
    ]);
    for (const argv of [
      ["http", "--auth-token", "planted-secret"],
      ["http", "--auth-token=planted-secret"],
      ["--secret-key", "planted-secret", "http"],
    ]) {
      expect(problemsOf(argv).join()).not.toContain("planted-secret");
    }
  });

  test("several tokens have names, and nothing of them is told", () => {
    const tokensOf = (BDA_MCP_AUTH_TOKEN: string) => configOf(["http"], { BDA_MCP_AUTH_TOKEN }).authToken;
    expect(tokensOf("0123456789abcde=")).toEqual([{ name: "token", token: "0123456789abcde=" }]);
    expect(tokensOf("ci=0123456789abcdef")).toEqual([{ name: "ci", token: "0123456789abcdef" }]);
    expect(tokensOf("new=0123456789abcdef==, old=fedcba9876543210,")).toEqual([
      { name: "new", token: "0123456789abcdef==" },
      { name: "old", token: "fedcba9876543210" },
    ]);
    for (const [given, problem] of [
      [
        "new=0123456789abcdef,old=secret",
        "must have at least 16 characters in each token, and number 2 has not.",
      ],
      ["long-name-of-a-token=secret", "must have at least 16 characters."],
      [
        "0123456789abcdef,fedcba9876543210",
        /^BDA_MCP_AUTH_TOKEN must name each of several tokens, .* number 1 /,
      ],
      ["a=0123456789abcdef,a=fedcba9876543210", "must not have one name twice."],
      ["a=0123456789abcdef,b=0123456789abcdef", "must not have one token twice."],
      ["0123456789abcdef é", "must be of ASCII characters."],
      [",", "must have at least 16 characters."],
    ] as const) {
      const problems = problemsOf(["http"], { BDA_MCP_AUTH_TOKEN: given });
      expect(problems).toEqual([
        typeof problem === "string" ? `BDA_MCP_AUTH_TOKEN ${problem}` : expect.stringMatching(problem),
      ]);
      expect(problems.join()).not.toMatch(/secret|0123|9876/);
    }
  });

  test("an issuer of tokens is https or on this machine, and needs an audience", () => {
    const issuer = ["http", "--oidc-issuer", "https://login.example.com/tenant/"];
    const whole = [...issuer, "--oidc-audience", "a,b"];
    expect(configOf(whole)).toMatchObject({
      oidcIssuer: "https://login.example.com/tenant/",
      oidcAudiences: ["a", "b"],
    });
    for (const url of [
      "http://login.example.com",
      "https://u:p@login.example.com",
      "https://a.example/?x",
      "login",
    ]) {
      expect(problemsOf(["http", "--oidc-audience", "a", "--oidc-issuer", url])).toEqual([
        expect.stringMatching(/^--oidc-issuer must be an https URL/),
      ]);
    }
    expect(problemsOf(issuer)).toEqual([expect.stringMatching(/^--oidc-issuer needs --oidc-audience/)]);
    expect(problemsOf(["http", "--oidc-audience", "a"])).toEqual([
      expect.stringMatching(/^--oidc-audience needs --oidc-issuer/),
    ]);
    expect(problemsOf([...whole, "--host", "0.0.0.0"])).toEqual([
      expect.stringMatching(/^--host is not a loopback address: .*--public-url/),
    ]);
    expect(
      problemsOf([...whole, "--allowed-host", "localhost", "--allowed-host", "mcp.example.com"]),
    ).toEqual([
      expect.stringMatching(/^--allowed-host mcp\.example\.com is not a loopback name: .*--public-url/),
    ]);
    expect(configOf([...whole, "--allowed-host", "localhost"]).publicUrl).toBeUndefined();
    for (const elsewhere of [
      ["--host", "0.0.0.0"],
      ["--allowed-host", "*"],
    ]) {
      expect(
        configOf([...whole, ...elsewhere, "--public-url", "https://mcp.example.com/mcp"]).publicUrl,
      ).toBe("https://mcp.example.com/mcp");
    }
  });

  test("origins are taken as browsers write them, and a path without a slash at its end", () => {
    const origins = ["https://app.example:443", "HTTP://App.Example:80", "https://app.example:8443"];
    expect(
      configOf(["http", ...origins.flatMap((each) => ["--allowed-origin", each])]).allowedOrigins,
    ).toEqual(["https://app.example", "http://app.example", "https://app.example:8443"]);
    for (const [given, served] of [
      ["/jobs/mcp/", "/jobs/mcp"],
      ["/", "/"],
      ["/.hidden/v1..2", "/.hidden/v1..2"],
      ["/metrics", "/metrics"],
    ] as const) {
      expect(configOf(["http", "--path", given, "--metrics", "9464"]).path).toBe(served);
    }
  });

  test("listening beyond this machine needs a token", () => {
    const env = { BDA_MCP_AUTH_TOKEN: "0123456789abcdef" };
    expect(configOf(["http", "--host", "0.0.0.0"], env).host).toBe("0.0.0.0");
    expect(configOf(["http", "--host", "[::1]"]).host).toBe("::1");
    expect(configOf(["http", "--host", "::1"]).host).toBe("::1");
    expect(configOf(["http", "--host", "LocalHost"]).host).toBe("localhost");
    for (const host of ["::", "192.168.1.2", "::ffff:1.2.3.4", "127.0.0.1.evil.example"]) {
      expect(problemsOf(["http", "--host", host])).toHaveLength(1);
    }
  });
});

test("every setting can be found: it has a flag or a variable, and a default that it accepts itself", () => {
  for (const setting of Object.values(settings)) {
    expect("flag" in setting || "variable" in setting).toBe(true);
  }
  for (const command of ["stdio", "http", "doctor", "iam-policy"]) {
    expect(readConfig([command], {}).kind).toBe("run");
  }
});
