/**
 * What the service wants of `invocationArn`. Source: the service model, and its state before November 2025 for the
 * older resource type.
 */
const pattern =
  /^arn:aws(?:|-cn|-iso|-iso-[a-z]|-us-gov):bedrock:([a-zA-Z0-9-]*):([0-9]{12}):(?:data-automation-invocation|insights-invocation)\/[a-zA-Z0-9_-]+$/;

const maxLength = 128;

export type ArnCheck =
  | { readonly ok: true; readonly arn: string; readonly region: string; readonly accountId: string }
  | {
      readonly ok: false;
      readonly exception: "ValidationException" | "SerializationException";
      readonly reason: string;
    };

/** Checks what a request gave as `invocationArn`. Never throws. */
export function checkInvocationArn(given: unknown): ArnCheck {
  const wrong = (reason: string): ArnCheck => ({ ok: false, exception: "ValidationException", reason });
  if (given === undefined || given === null) return wrong("invocationArn is required.");
  if (typeof given !== "string") {
    return { ok: false, exception: "SerializationException", reason: "invocationArn has to be a string." };
  }
  if (given.length < 1) return wrong("invocationArn must have at least 1 character.");
  if (given.length > maxLength) return wrong(`invocationArn must have at most ${maxLength} characters.`);
  const [, region, accountId] = pattern.exec(given) ?? [];
  if (region === undefined || accountId === undefined) {
    return wrong("invocationArn does not have the form of an invocation's ARN.");
  }
  return { ok: true, arn: given, region, accountId };
}
