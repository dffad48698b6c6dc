/** What AssumeRole asks for, checked by the rules that STS publishes. */
export interface RoleRequest {
  readonly roleArn: string;
  /** Account and name of the role. */
  readonly accountId: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
  readonly durationSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

const name = /^[\w+=,.@-]{2,64}$/;
const role = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const maxTags = 50;

/** The request, or in a sentence what is wrong with it. */
export function readRoleRequest(form: URLSearchParams): RoleRequest | { readonly wrong: string } {
  const roleArn = form.get("RoleArn") ?? "";
  const [, accountId, roleName] = role.exec(roleArn) ?? [];
  if (accountId === undefined || roleName === undefined)
    return { wrong: "RoleArn is not the ARN of a role." };
  const sessionName = form.get("RoleSessionName") ?? "";
  if (!name.test(sessionName))
    return { wrong: "RoleSessionName does not have the form of a session's name." };
  const sourceIdentity = form.get("SourceIdentity") ?? undefined;
  if (sourceIdentity !== undefined && !name.test(sourceIdentity)) {
    return { wrong: "SourceIdentity does not have the form of a source identity." };
  }
  const durationSeconds = Number(form.get("DurationSeconds") ?? 3600);
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    return { wrong: "DurationSeconds has to be a whole number from 900 to 43200." };
  }
  const tags = readTags(form);
  if (tags === undefined) return { wrong: "A tag is not one that a session can have." };
  return {
    roleArn,
    accountId,
    roleName,
    sessionName,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    durationSeconds,
    tags,
  };
}

function readTags(form: URLSearchParams): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  for (let member = 1; form.has(`Tags.member.${member}.Key`); member += 1) {
    const key = form.get(`Tags.member.${member}.Key`) ?? "";
    const value = form.get(`Tags.member.${member}.Value`) ?? "";
    const known = Object.keys(tags).some((other) => other.toLowerCase() === key.toLowerCase());
    if (known || member > maxTags || !tagKey.test(key) || !tagValue.test(value)) return undefined;
    tags[key] = value;
  }
  return tags;
}
