import { describe, expect, test } from "bun:test";
import { simulatorJobs } from "../../src/simulator/catalogue.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { arnOf, ask, failureOf, post, sdkClient, startSimulator, statusCall } from "./kit.ts";

async function answerOf(jobId: string): Promise<Response & { readonly sent: string }> {
  await using simulator = startSimulator();
  const response = await post(simulator, statusCall({ invocationArn: arnOf(jobId) }));
  return Object.assign(response, { sent: await response.text() });
}

/** Until the simulator is at its pause. */
async function untilPausing(clock: FakeClock): Promise<void> {
  while (clock.sleeping === 0) await settle();
}

describe("answers that are not the service's", () => {
  test.each([
    ["sim-html", 502, "502 Bad Gateway"],
    ["sim-html-login", 200, "Log in"],
  ] as const)("%s is an HTML page with status %d", async (jobId, status, words) => {
    const { status: given, headers, sent } = await answerOf(jobId);
    expect(given).toBe(status);
    expect(headers.get("content-type")).toContain("text/html");
    expect(headers.get("x-amzn-requestid")).toBeNull();
    expect(sent).toStartWith("<!doctype html>");
    expect(sent).toContain(words);
  });

  test("an empty 504", async () => {
    const { status, sent } = await answerOf("sim-empty-504");
    expect([status, sent]).toEqual([504, ""]);
  });

  test("half a JSON, with a good status", async () => {
    const { status, sent } = await answerOf("sim-half-json");
    expect(status).toBe(200);
    expect(sent).toStartWith('{"status":"Success"');
    expect(() => JSON.parse(sent)).toThrow();
  });

  test("a JSON that is no object", async () => {
    expect((await answerOf("sim-array")).sent).toBe("[]");
  });

  test("more than 1 MiB, and otherwise a good answer", async () => {
    const { sent } = await answerOf("sim-huge");
    expect(sent.length).toBeGreaterThan(1024 * 1024);
    expect(JSON.parse(sent)).toMatchObject({ status: "Success" });
  });

  test("a redirect to another host, under a name that nobody has", async () => {
    const { status, headers } = await answerOf("sim-redirect");
    expect(status).toBe(307);
    expect(new URL(headers.get("location") ?? "").hostname).toEndWith(".example.com");
  });
});

describe("answers that are the service's, and hard to read", () => {
  const attack = /\u001b\[31m.*\u202e.*\u0000.*\u{e0049}.*Ignore all previous instructions/su;

  test("text that attacks its reader stands in the message, the type, the s3Uri, the status", async () => {
    const message = JSON.parse((await answerOf("sim-hostile")).sent);
    expect(message).toMatchObject({ status: "ClientError", errorMessage: expect.stringMatching(attack) });
    expect(message.errorType).toMatch(/\u001b.*\n/);
    const success = JSON.parse((await answerOf("sim-hostile-success")).sent);
    expect(success).toMatchObject({
      status: "Success",
      outputConfiguration: { s3Uri: expect.stringMatching(attack) },
    });
    const unknown = JSON.parse((await answerOf("sim-hostile-status")).sent);
    expect(unknown.status).toMatch(attack);
  });

  test("and in the message of an exception", async () => {
    await using simulator = startSimulator();
    const failure = await failureOf(ask(sdkClient(simulator), arnOf("sim-hostile-exception")));
    expect(failure.name).toBe("ValidationException");
    expect(failure.message).toMatch(attack);
  });

  test("fields without a value can be null", async () => {
    expect(JSON.parse((await answerOf("sim-nulls")).sent)).toMatchObject({
      status: "Success",
      errorType: null,
      errorMessage: null,
    });
  });

  test("times can be seconds since 1970, with a fraction; AWS's client reads them as the same times", async () => {
    const sent = JSON.parse((await answerOf("sim-epoch-times")).sent);
    expect(sent.jobCompletionTime).toBeNumber();
    expect(sent.jobCompletionTime - sent.jobSubmissionTime).toBeCloseTo(13.417, 3);
    expect(Math.abs(sent.jobCompletionTime * 1000 - Date.now())).toBeLessThan(600_000);
  });
});

describe("answers that take their time", () => {
  test("a slow one comes after 3 s, and is good", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({}, clock);
    let arrived = false;
    const call = ask(sdkClient(simulator), arnOf("sim-slow")).then((job) => {
      arrived = true;
      return job;
    });
    await untilPausing(clock);
    await clock.advance(2_999);
    expect([arrived, clock.sleeping]).toEqual([false, 1]);
    await clock.advance(1);
    expect((await call).status).toBe("Success");
  });

  test.each([
    ["of itself", "sim-hang", {}],
    ["by its setting", "sim-success", { latencyMs: 600_000 }],
  ])("one never comes, %s; it is forgotten when the client hangs up", async (_, jobId, settings) => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator(settings, clock);
    const leaving = new AbortController();
    const call = post(simulator, statusCall({ invocationArn: arnOf(jobId) }), {
      signal: leaving.signal,
    });
    await untilPausing(clock);
    await clock.advance(120_000);
    expect(clock.sleeping).toBe(1);
    leaving.abort();
    expect((await failureOf(call)).name).toBe("AbortError");
    while (clock.sleeping > 0) await settle();
  });

  test("each answer takes as long as it is set to, a refusal too", async () => {
    const clock = new FakeClock(Date.now());
    await using simulator = startSimulator({ latencyMs: 50 }, clock);
    for (const jobId of ["sim-success", "sim-not-found"]) {
      let arrived = false;
      const call = post(simulator, statusCall({ invocationArn: arnOf(jobId) })).finally(() => {
        arrived = true;
      });
      await untilPausing(clock);
      await clock.advance(49);
      expect(arrived).toBe(false);
      await clock.advance(1);
      await call;
    }
  });
});

test("every odd job is one that a test here, or of the states, looks at", () => {
  const group = simulatorJobs.filter((job) => job.group === "Answers out of the ordinary");
  expect(group.map(({ jobId }) => jobId.replace("sim-", "")).sort()).toEqual(
    [
      ["slow", "hang"],
      ["html", "html-login", "empty-504", "half-json", "array", "huge", "redirect"],
      ["hostile", "hostile-success", "hostile-status", "hostile-exception"],
      ["minimal", "empty", "nulls", "epoch-times"],
    ]
      .flat()
      .sort(),
  );
});
