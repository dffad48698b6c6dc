import { answeredFactsOf, type SignedCall } from "./attempt.ts";
import { readXmlFailure, xmlText } from "./aws-xml.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { RawCredentials } from "./credential-process.ts";
import { resolveEndpoint } from "./endpoint.ts";
import type { RoleSession } from "./role-session.ts";
import type { CallOptions, ServiceClientParts } from "./runtime-client.ts";
import { SignedHttp } from "./signed-http.ts";

/** Whom credentials belong to. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly accountId: string;
  /** The user's or assumed role's ARN. */
  readonly arn: string;
  /** This machine's clock minus AWS's, in seconds, where the answer had a `Date`. */
  readonly clockOffsetSeconds?: number;
}

/** What AssumeRole is asked for. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  /** Whom the credentials are for. */
  readonly session: RoleSession;
  /** Seconds for which the credentials are good. */
  readonly durationSeconds: number;
}

/** The partition and region whose STS is asked. */
type StsPlace = { readonly partition: string; readonly region: string };

/** The part of AWS STS that this product uses. */
export interface SecurityTokenService {
  /**
   * GetCallerIdentity: who these credentials are. Needs no permission.
   * @throws CallError
   */
  getCallerIdentity(place: StsPlace, options?: CallOptions): Promise<CallerIdentity>;

  /**
   * AssumeRole, with the session's name as its source identity. Needs `sts:AssumeRole`, `sts:SetSourceIdentity`, and
   * with tags `sts:TagSession`.
   * @throws CallError
   */
  assumeRole(request: AssumeRoleRequest, place: StsPlace, options?: CallOptions): Promise<RawCredentials>;
}

const version = "2011-06-15";
const maxAnswerBytes = 64 * 1024;

/** AWS Security Token Service: AWS query protocol, signing name `sts`. */
export function createStsClient(parts: ServiceClientParts): SecurityTokenService {
  return new StsClient(parts);
}

class StsClient implements SecurityTokenService {
  readonly #parts: ServiceClientParts;
  readonly #http: SignedHttp;

  constructor(parts: ServiceClientParts) {
    this.#parts = parts;
    this.#http = new SignedHttp(parts);
  }

  async getCallerIdentity(place: StsPlace, options: CallOptions = {}): Promise<CallerIdentity> {
    const { facts, xml } = await this.#call("GetCallerIdentity", {}, place, options);
    const accountId = xmlText(xml, "Account");
    const arn = xmlText(xml, "Arn");
    if (accountId === undefined || arn === undefined) {
      const bodyExcerpt = xml.slice(0, 300);
      const message = "STS answered without an account or ARN.";
      throw new CallError("unexpected_answer", message, { ...facts, bodyExcerpt });
    }
    const { clockOffsetSeconds } = facts;
    return { accountId, arn, ...(clockOffsetSeconds === undefined ? {} : { clockOffsetSeconds }) };
  }

  async assumeRole(
    { durationSeconds, roleArn, session }: AssumeRoleRequest,
    place: StsPlace,
    options: CallOptions = {},
  ): Promise<RawCredentials> {
    const parameters = {
      RoleArn: roleArn,
      RoleSessionName: session.name,
      DurationSeconds: String(durationSeconds),
      ...tagParameters(session.tags),
      SourceIdentity: session.name,
    };
    const { facts, xml } = await this.#call("AssumeRole", parameters, place, options);
    const keys = readCredentials(xml);
    if (keys !== undefined) return keys;
    // Nothing of the answer is shown: it may hold keys that are good.
    throw new CallError("unexpected_answer", "STS answered without whole credentials.", facts);
  }

  /** The text of a good answer, and what it tells of itself. */
  async #call(
    operation: string,
    parameters: Readonly<Record<string, string>>,
    place: StsPlace,
    options: CallOptions,
  ): Promise<{ readonly facts: CallErrorFacts; readonly xml: string }> {
    const call: SignedCall = {
      operation,
      service: "sts",
      region: place.region,
      method: "POST",
      url: resolveEndpoint("sts", place, this.#parts.endpoint),
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: new URLSearchParams({ Action: operation, Version: version, ...parameters }).toString(),
      maxBytes: maxAnswerBytes,
      readFailure: readXmlFailure,
    };
    const answer = await this.#http.send(call, options);
    return {
      facts: answeredFactsOf(call, answer, this.#parts.clock.now()),
      xml: new TextDecoder().decode(answer.body),
    };
  }
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
