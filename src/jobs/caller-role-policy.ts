import type { PolicyDocument } from "./iam-policy.ts";

/** What it takes to assume a role in somebody's name [IAM User Guide, "Permissions to set source identity"]. */
export function callerRoleActions(tagged: boolean): readonly string[] {
  return ["sts:AssumeRole", "sts:SetSourceIdentity", ...(tagged ? ["sts:TagSession"] : [])];
}

/** All that the server's own credentials have to be allowed. */
export function callerRolePolicyDocument(roleArn: string, tagged: boolean): PolicyDocument {
  const statement = {
    Sid: "AssumeCallerRole",
    Effect: "Allow",
    Action: callerRoleActions(tagged),
    Resource: roleArn,
  } as const;
  return { Version: "2012-10-17", Statement: [statement] };
}

/** What the role's trust policy has to say, as one line of JSON. `principal` is the server's own user or role. */
export function callerRoleTrust(principal: string, tagged: boolean): string {
  return JSON.stringify({
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: callerRoleActions(tagged),
  });
}
