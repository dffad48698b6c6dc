/** What only S3 answers. Worded in `jobs/explain-s3-failure.ts`. */
const s3ErrorCodes = [
  "no_such_bucket", // NoSuchBucket
  "bucket_of_other_account", // AccessDenied, because the bucket's own policy does not allow it
  "kms_denied", // AccessDenied, for the key that the object is encrypted with
  "kms_key_unusable", // KMS.DisabledException and its like: disabled, being deleted, gone
  "object_archived", // InvalidObjectState
  "wrong_region", // PermanentRedirect, AuthorizationHeaderMalformed
] as const;

/**
 * Why a call did not bring an answer. Branch on `code`, never on `message`.
 * What to tell a person or a model is decided in `jobs/explain-call-failure.ts`, from these facts.
 */
export const callErrorCodes = [
  // AWS answered, and named the reason:
  "validation", // ValidationException
  "access_denied", // AccessDeniedException, AccessDenied
  "not_found", // ResourceNotFoundException
  "throttled", // ThrottlingException, TooManyRequestsException and their like
  "service_fault", // InternalServerException, ServiceUnavailableException, or a bare 5xx
  "unknown_key", // UnrecognizedClientException, InvalidClientTokenId
  "bad_signature", // InvalidSignatureException, SignatureDoesNotMatch
  "expired_token", // ExpiredTokenException, ExpiredToken
  "clock_skew", // RequestExpired, RequestTimeTooSkewed, RequestInTheFuture
  "not_signed", // MissingAuthenticationToken(Exception), IncompleteSignature(Exception)
  "wrong_service", // UnknownOperationException, SerializationException
  "unknown_aws_error", // any other name: passed on as it is
  ...s3ErrorCodes,
  // Something answered that does not speak the service's protocol:
  "not_json", // an HTML page, or half a JSON
  "unexpected_answer", // JSON of another shape
  "too_large", // over the cap on answers
  "redirect", // never followed: a signed request goes nowhere else
  // Nothing answered:
  "network", // refused, reset, unreachable, or an answer that broke off
  "name_not_resolved",
  "tls",
  "timeout",
  "cancelled", // by the caller; the only code that says nothing about AWS
  // No call was made:
  "no_credentials", // no source has any
  "login_expired", // an SSO or console login, or a process, has to be renewed by a person
  "credentials_failed", // a source is configured and does not work
  "runtime_permission", // Deno was started without a permission that is needed
  "caller_not_known", // rights are the caller's, and nobody said who that is
  "claim_missing", // rights are the caller's, and a claim that decides over them is missing or of no use
  "place_not_served", // the job lies in an account or region that this server does not answer for
  "configuration", // an endpoint or setting that cannot be used
] as const;

/** Stable: programs may tell failures apart by it. */
export type CallErrorCode = (typeof callErrorCodes)[number];
/** Those of them that only S3 answers. */
export type S3ErrorCode = (typeof s3ErrorCodes)[number];

/** What is known of a failure. A fact that is not known is absent; none is a secret. */
export interface CallErrorFacts {
  /** The API operation, for example `GetDataAutomationStatus`. */
  readonly operation?: string;
  /** Host and port that were called, never more of the URL. */
  readonly host?: string;
  readonly region?: string;
  readonly httpStatus?: number;
  /** AWS's name for the error, without namespace. From outside: clean it before it is shown. */
  readonly awsErrorName?: string;
  /** AWS's words. From outside: clean, cap and quote them before they are shown. */
  readonly awsMessage?: string;
  /** AWS's id of the request, for its support. From outside. */
  readonly requestId?: string;
  /** Calls that were made, the first included. */
  readonly attempts?: number;
  /** Whole seconds that AWS asked to wait (`Retry-After`): 1 or more, at most an hour. */
  readonly retryAfterSeconds?: number;
  /** This machine's clock minus AWS's, in seconds, where an answer had a `Date`. */
  readonly clockOffsetSeconds?: number;
  /** Where the credentials came from, for example `environment` or `profile dev`. Never a secret. */
  readonly credentialSource?: string;
  /** The profile in use, where one was named; where a login has expired, the one to log in to. */
  readonly profile?: string;
  /**
   * What has to be renewed, where the code is `login_expired`: `aws sso login`, `aws login`, or whatever the profile's
   * credential_process stands for.
   */
  readonly login?: "sso" | "console" | "process";
  /** How the profile's credential_process ended, where that failed. */
  readonly exitCode?: number;
  /** Time allowed in milliseconds, where the code is `timeout`. */
  readonly timeoutMs?: number;
  /** The cap in bytes, where the code is `too_large`. */
  readonly limitBytes?: number;
  /** What the answer said of its size in bytes, where the code is `too_large`. From outside. */
  readonly sizeBytes?: number;
  /** The region that S3 named as the bucket's. From outside. */
  readonly bucketRegion?: string;
  /** The account that the bucket had to belong to, where one was asked for. */
  readonly expectedBucketOwner?: string;
  /** Where a redirect pointed: host only. From outside. */
  readonly redirectHost?: string;
  /** The start of an answer that is not the service's. From outside. */
  readonly bodyExcerpt?: string;
  /** The Deno flags that are missing, for example `--allow-env`. */
  readonly missingPermission?: string;
  /** The setting that is wrong or missing: a variable's, flag's or file key's name. */
  readonly setting?: string;
  /** What is set there, without secrets. From outside: clean, cap and quote it before it is shown. */
  readonly given?: string;
  /** What of the job's place is not served, where the code is `place_not_served`. */
  readonly notServed?: "account" | "region" | "account and region" | "partition";
  /** The role that is assumed for each caller, where that is what failed. */
  readonly roleArn?: string;
  /** The keys of the session tags that it is assumed with, commas between them. */
  readonly sessionTags?: string;
  /** The claim that a session tag is made from, and what is wrong with it, where the code is `claim_missing`. */
  readonly claim?: string;
  readonly claimProblem?: "absent" | "no_tag_value";
  /** There where a server answered the TLS handshake with something else, and the code is `tls`. */
  readonly speaksTls?: false;
  /** What this system says of the cause, for example `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly systemCode?: string;
}

/** Why a call to AWS brought no answer. `message` is one line for a person; `code` and `facts` are for programs. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: CallErrorCode;
  readonly facts: CallErrorFacts;

  /** `message` is one line for a log: no secret in it, and no text from outside. */
  constructor(
    code: CallErrorCode,
    message: string,
    facts: CallErrorFacts = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }

  /** The same failure with more facts; what it already says stays. */
  with(facts: CallErrorFacts): CallError {
    return new CallError(this.code, this.message, { ...facts, ...this.facts }, { cause: this.cause });
  }
}
