import type { Caller } from "../caller.ts";
import type { CallNotes } from "../observer.ts";
import { RecentMap } from "../recent-map.ts";
import type { InvocationArn } from "./arn.ts";
import { answeredFactsOf, type SignedCall } from "./attempt.ts";
import { readAwsJsonFailure, readJsonObject } from "./aws-json.ts";
import type { CredentialOptions } from "./credentials.ts";
import { type EndpointSettings, resolveEndpoint } from "./endpoint.ts";
import { type JobStatus, readJobStatus } from "./job-status.ts";
import { type BeforeRetry, SignedHttp, type SignedHttpParts } from "./signed-http.ts";

export type { JobStatus } from "./job-status.ts";

/** What a call may be given besides its arguments. */
export interface CallOptions {
  /** On whose behalf: whose credentials sign, where callers have their own. Absent: this server's. */
  readonly caller?: Caller | undefined;
  /** Of the request that asks: gets the id of AWS's answer. */
  readonly notes?: CallNotes | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with the failure before each further attempt, which is made once it resolves: so that whoever counts
   * calls counts every one. Rejecting ends the call.
   */
  readonly beforeRetry?: BeforeRetry | undefined;
}

/** The part of the Bedrock Data Automation runtime API that this product uses. */
export interface DataAutomationRuntime {
  /**
   * A text that is equal for two calls only if they are signed with the same credentials; never a secret.
   * What one answer is remembered under, so that nobody sees what AWS would not tell them.
   * @throws CallError as `CredentialSource.get`
   */
  credentialKey(options?: CredentialOptions): Promise<string>;

  /**
   * GetDataAutomationStatus, with retries. The region is the ARN's.
   * @throws CallError
   */
  getDataAutomationStatus(arn: InvocationArn, options?: CallOptions): Promise<JobStatus>;
}

/** What a client of one AWS service is made from. */
export interface ServiceClientParts extends SignedHttpParts {
  /** This service's. */
  readonly endpoint: EndpointSettings;
}

/** An answer of GetDataAutomationStatus has a few hundred bytes. */
const maxAnswerBytes = 1024 * 1024;

/** Regions whose endpoint is kept at hand: more than anybody's jobs are in. */
const maxEndpoints = 32;

/** How the host names of this API's endpoints begin, before `.<region>.<suffix>`. */
export const runtimeHostPrefix = "bedrock-data-automation-runtime";

const statusOperation = "GetDataAutomationStatus";
const statusHeaders = {
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": `AmazonBedrockKeystoneRuntimeService.${statusOperation}`,
};

/** Amazon Bedrock Data Automation's runtime API: AWS JSON 1.1, signing name `bedrock` [model]. */
export function createRuntimeClient(parts: ServiceClientParts): DataAutomationRuntime {
  const http = new SignedHttp(parts);
  const endpoints = new RecentMap<string, URL>(maxEndpoints);
  const endpointOf = (arn: InvocationArn): URL => {
    const known = endpoints.get(arn.region);
    if (known !== undefined) return known;
    const url = resolveEndpoint(runtimeHostPrefix, arn, parts.endpoint);
    endpoints.set(arn.region, url);
    return url;
  };
  return {
    async credentialKey(options = {}) {
      // A key id is no secret, and every rotation brings a new one.
      return (await parts.credentials.get({ waitMs: parts.totalTimeoutMs, ...options })).accessKeyId;
    },

    async getDataAutomationStatus(arn, options = {}) {
      const call: SignedCall = {
        operation: statusOperation,
        service: "bedrock",
        region: arn.region,
        method: "POST",
        url: endpointOf(arn),
        headers: statusHeaders,
        body: JSON.stringify({ invocationArn: arn.text }),
        maxBytes: maxAnswerBytes,
        readFailure: readAwsJsonFailure,
      };
      const answer = await http.send(call, options);
      const facts = () => answeredFactsOf(call, answer, parts.clock.now());
      return readJobStatus(readJsonObject(answer, facts), (field) =>
        parts.log.warn("AWS sent a field in a form that its model does not have; it is left out", { field }),
      );
    },
  };
}
