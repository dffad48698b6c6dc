import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CallError } from "../../src/aws/call-error.ts";
import { nameOfSubject, nameOfToken, roleSession } from "../../src/aws/role-session.ts";
import { type Caller, onlyCaller } from "../../src/caller.ts";

/** AWS's own pattern for RoleSessionName and SourceIdentity, with Java's `\w`. */
const awsName = /^[A-Za-z0-9_+=,.@-]{2,64}$/;

const signedIn = (claims: Record<string, unknown>): Caller => ({ id: "issuer sub", name: "alice", claims });

function failureOf(run: () => unknown): CallError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof CallError) return thrown;
  }
  throw new Error("a CallError was expected");
}

describe("the name of a caller's session", () => {
  test.each(["alice", "alice@example.com", "0oa1b2c3d4e5", "a".repeat(64), "ab", "a=b,c.d+e-f_g"])(
    "a subject that AWS takes stays as it is: %s",
    (subject) => {
      expect(nameOfSubject(subject)).toBe(subject);
      expect(roleSession(signedIn({ sub: subject }), []).name).toBe(subject);
    },
  );

  test.each([
    ["auth0|5f7c8ec7c33c6c004bbafe82", /^auth0-5f7c8ec7c33c6c004bbafe82=[0-9a-f]{20}$/],
    ["https://issuer.example/users/7", /^https-issuer\.example-users-7=[0-9a-f]{20}$/],
    ["Zoë Ünal", /^Zo-.*=[0-9a-f]{20}$/],
    ["x".repeat(65), /^x{43}=[0-9a-f]{20}$/],
    ["a", /^a=[0-9a-f]{20}$/],
    ["\n", /^-=[0-9a-f]{20}$/],
    ["👩‍🚀", /^-=[0-9a-f]{20}$/],
    // What looks like a name that was made, or like a static token's, is told from one.
    [`alice=${"0".repeat(20)}`, new RegExp(`^alice=${"0".repeat(20)}=[0-9a-f]{20}$`)],
    ["token=ci", /^token-ci=[0-9a-f]{20}$/],
  ])("another is made one that people can read: %j", (subject, form) => {
    const name = nameOfSubject(subject);
    expect(name).toMatch(form);
    expect(name).toMatch(awsName);
  });

  test("no two callers have one name, whatever they are called", () => {
    const awkward = fc.oneof(
      fc.string({ minLength: 1, maxLength: 80, unit: "binary" }),
      fc.string({ minLength: 1, maxLength: 80 }),
      fc.constantFrom("a|b", "a/b", "a b", "a-b", "A-b", "a--b", "a", "token=a", "token=a|b", "x".repeat(70)),
    );
    const name = fc.record({ kind: fc.constantFrom("subject", "token"), text: awkward });
    const made = new Map<string, string>();
    fc.assert(
      fc.property(name, ({ kind, text }) => {
        // The name of one caller is given to another as a subject, too.
        const first = (kind === "subject" ? nameOfSubject : nameOfToken)(text);
        for (const [who, given] of [
          [`${kind} ${text}`, first],
          [`subject ${first}`, nameOfSubject(first)],
          [`token ${first}`, nameOfToken(first)],
        ] as const) {
          expect(given).toMatch(awsName);
          expect([given, made.get(given) ?? who]).toEqual([given, who]);
          made.set(given, who);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(made.size).toBeGreaterThan(3_000);
  });

  test("the one who showed a static token is named after the token, and never as a person", () => {
    const session = roleSession({ id: "token ci", name: "ci" }, []);
    expect(session.name).toBe("token=ci");
    expect(session.name).not.toBe(nameOfSubject("token=ci"));
  });

  test.each<[string, Caller | undefined]>([
    ["nobody", undefined],
    ["the only caller there is", onlyCaller],
    ["a token without a subject", signedIn({})],
    ["an empty subject", signedIn({ sub: "" })],
    ["a subject that is no text", signedIn({ sub: ["alice"] })],
    ["a static token without a name", { id: "token", name: "" }],
  ])("%s has no session", (_, caller) => {
    expect(failureOf(() => roleSession(caller, [])).code).toBe("caller_not_known");
  });
});

describe("session tags", () => {
  const tag = { claim: "https://idp.example/team", key: "Team" };
  const tagsOf = (value: unknown) =>
    roleSession(signedIn({ sub: "alice", [tag.claim]: value }), [tag]).tags[0]?.value;

  test.each([
    ["docs", "docs"],
    ["Größe 7/x", "Größe 7/x"],
    ["", ""],
    [7, "7"],
    [true, "true"],
    [["docs"], "docs"],
    ["x".repeat(256), "x".repeat(256)],
  ])("a claim that AWS takes is passed on as it is: %j", (value, expected) => {
    expect(tagsOf(value)).toBe(expected);
  });

  test.each([
    ["docs,ops"],
    [["docs", "ops"]],
    [[]],
    [{ a: 1 }],
    [null],
    ["x".repeat(257)],
    ["a\nb"],
    ["<b>"],
  ])("anything else is refused, never cut or cleaned: %j", (value) => {
    const { code, facts } = failureOf(() => tagsOf(value));
    expect([code, facts]).toEqual([
      "claim_missing",
      { claim: tag.claim, sessionTags: "Team", claimProblem: "no_tag_value" },
    ]);
  });

  test.each(["team", "toString", "__proto__"])("a claim that is not in the token is refused: %s", (claim) => {
    const { code, facts } = failureOf(() =>
      roleSession(signedIn({ sub: "alice" }), [{ claim, key: "Team" }]),
    );
    expect([code, facts.claimProblem]).toEqual(["claim_missing", "absent"]);
  });

  test("a static token has no claims", () => {
    const failure = failureOf(() => roleSession({ id: "token ci", name: "ci" }, [tag]));
    expect(failure.code).toBe("claim_missing");
  });
});
