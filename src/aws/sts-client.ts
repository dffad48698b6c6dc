import { readXmlFailure, xmlText } from "./aws-xml.ts";
import { CallError } from "./call-error.ts";
import type { RawCredentials } from "./credential-process.ts";
import { resolveEndpoint } from "./endpoint.ts";
import type { HttpAnswer } from "./http-answer.ts";
import type { RoleSession } from "./role-session.ts";
import type { CallOptions, ServiceClientParts } from "./runtime-client.ts";
import { SignedHttp } from "./signed-http.ts";

export interface CallerIdentity {
  /** Twelve digits. */
  readonly accountId: string;
  /** The user's or assumed role's ARN. */
  readonly arn: string;
  /** This machine's clock minus AWS's, in seconds, where the answer had a `Date`. */
  readonly clockOffsetSeconds?: number;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly session: RoleSession;
  /** Seconds for which the credentials are good. */
  readonly durationSeconds: number;
}

type Place = { readonly partition: string; readonly region: string };

export interface SecurityTokenService {
  /**
   * GetCallerIdentity: who these credentials are. Needs no permission.
   * @throws CallError
   */
  getCallerIdentity(place: Place, options?: CallOptions): Promise<CallerIdentity>;

  /**
   * AssumeRole, with the session's name as its source identity. Needs `sts:AssumeRole`, `sts:SetSourceIdentity`, and
   * with tags `sts:TagSession`.
   * @throws CallError
   */
  assumeRole(request: AssumeRoleRequest, place: Place, options?: CallOptions): Promise<RawCredentials>;
}

const version = "2011-06-15";
const maxAnswerBytes = 64 * 1024;

/** AWS Security Token Service: AWS query protocol, signing name `sts`. */
export function createStsClient(parts: ServiceClientParts): SecurityTokenService {
  const http = new SignedHttp(parts);

  const call = async (
    operation: string,
    parameters: Readonly<Record<string, string>>,
    place: Place,
    options: CallOptions,
  ): Promise<HttpAnswer> =>
    await http.send(
      {
        operation,
        service: "sts",
        region: place.region,
        method: "POST",
        url: resolveEndpoint("sts", place, parts.endpoint),
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: new URLSearchParams({ Action: operation, Version: version, ...parameters }).toString(),
        maxBytes: maxAnswerBytes,
        readFailure: readXmlFailure,
      },
      options,
    );

  return {
    async getCallerIdentity(place, options = {}) {
      const operation = "GetCallerIdentity";
      const answer = await call(operation, {}, place, options);
      const text = new TextDecoder().decode(answer.body);
      const accountId = xmlText(text, "Account");
      const arn = xmlText(text, "Arn");
      if (accountId === undefined || arn === undefined) {
        throw new CallError("unexpected_answer", "STS answered without an account or ARN.", { operation });
      }
      const offsetMs = parts.clock.now() - Date.parse(answer.headers.get("date") ?? "");
      return {
        accountId,
        arn,
        ...(Number.isNaN(offsetMs) ? {} : { clockOffsetSeconds: Math.round(offsetMs / 1000) }),
      };
    },

    async assumeRole({ durationSeconds, roleArn, session }, place, options = {}) {
      const operation = "AssumeRole";
      const answer = await call(
        operation,
        {
          RoleArn: roleArn,
          RoleSessionName: session.name,
          DurationSeconds: String(durationSeconds),
          ...tagParameters(session.tags),
          SourceIdentity: session.name,
        },
        place,
        options,
      );
      const keys = readCredentials(new TextDecoder().decode(answer.body));
      // Nothing of the answer is shown: it may hold keys that are good.
      if (keys === undefined) {
        throw new CallError("unexpected_answer", "STS answered without whole credentials.", { operation });
      }
      return keys;
    },
  };
}

function tagParameters(tags: RoleSession["tags"]): Record<string, string> {
  return Object.fromEntries(
    tags.flatMap(({ key, value }, index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  );
}

function readCredentials(xml: string): RawCredentials | undefined {
  const accessKeyId = xmlText(xml, "AccessKeyId");
  const secretAccessKey = xmlText(xml, "SecretAccessKey");
  const sessionToken = xmlText(xml, "SessionToken");
  const expiresAt = Date.parse(xmlText(xml, "Expiration") ?? "");
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiresAt)) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}
