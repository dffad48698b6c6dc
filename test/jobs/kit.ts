import { type InvocationArn, readInvocationArn } from "../../src/aws/arn.ts";

export const jobId = "3f2a9c1e-7b64-4d0e-9a51-c2f08d6be713";

export function arnIn(region = "us-east-1", partition = "aws"): InvocationArn {
  const reading = readInvocationArn(
    `arn:${partition}:bedrock:${region}:111122223333:data-automation-invocation/${jobId}`,
  );
  if (!reading.ok) throw new Error(reading.problem.kind);
  return reading.arn;
}

export const arn = arnIn();

/** Where in `value` there is a null or a key without a value: an absent field has to be absent. */
export function holes(value: unknown, path = "it"): string[] {
  if (value === null || value === undefined) return [`${path} is ${value}`];
  if (typeof value === "number" && !Number.isFinite(value)) return [`${path} is ${value}`];
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => holes(inner, `${path}.${key}`));
}
