import type { InvocationArn } from "../../aws/arn.ts";
import type { Caller } from "../../caller.ts";

/**
 * What calls share their answer under: the same job, caller and credentials. Unambiguous, as neither an ARN nor a
 * credentials' key has a blank.
 */
export function callKey(arn: InvocationArn, caller: Caller, credentials: string): string {
  return `${arn.text} ${credentials} ${caller.id}`;
}
