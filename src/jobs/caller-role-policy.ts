import type { PolicyStatement } from "./iam-policy.ts";

/** What it takes to assume a role in somebody's name [IAM User Guide, "Permissions to set source identity"]. */
export function callerRoleActions(tagged: boolean): readonly string[] {
  return ["sts:AssumeRole", "sts:SetSourceIdentity", ...(tagged ? ["sts:TagSession"] : [])];
}

/** What the server's own credentials have to be allowed. */
export function callerRoleStatement(roleArn: string, tagged: boolean): PolicyStatement {
  return {
    Sid: "AssumeCallerRole",
    Effect: "Allow",
    Action: callerRoleActions(tagged),
    Resource: roleArn,
  };
}

/** What the role's trust policy has to say, as one line of JSON. `principal` is the server's own user or role. */
export function callerRoleTrust(principal: string, tagged: boolean): string {
  return JSON.stringify({
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: callerRoleActions(tagged),
  });
}
