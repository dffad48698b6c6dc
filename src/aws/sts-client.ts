import { readXmlFailure, xmlText } from "./aws-xml.ts";
import { CallError } from "./call-error.ts";
import { resolveEndpoint } from "./endpoint.ts";
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

export interface SecurityTokenService {
  /**
   * GetCallerIdentity: who these credentials are. Needs no permission.
   * @throws CallError
   */
  getCallerIdentity(
    place: { readonly partition: string; readonly region: string },
    options?: CallOptions,
  ): Promise<CallerIdentity>;
}

/** AWS Security Token Service: AWS query protocol, signing name `sts`. */
export function createStsClient(parts: ServiceClientParts): SecurityTokenService {
  const http = new SignedHttp(parts);
  return {
    async getCallerIdentity(place, options = {}) {
      const operation = "GetCallerIdentity";
      const answer = await http.send(
        {
          operation,
          service: "sts",
          region: place.region,
          method: "POST",
          url: resolveEndpoint("sts", place, parts.endpoint),
          headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
          body: `Action=${operation}&Version=2011-06-15`,
          maxBytes: 64 * 1024,
          readFailure: readXmlFailure,
        },
        options,
      );
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
  };
}
