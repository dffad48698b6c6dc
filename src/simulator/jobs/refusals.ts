import type { ServiceException } from "../wire/aws-json.ts";
import type { JobScript } from "./behaviour.ts";
import { finishedBefore, status, succeeded } from "./life.ts";

const group = "Calls that AWS refuses";

/**
 * Job id, exception, and one sentence for the title. Statuses are the SDK model's where the name stands in the body;
 * with the name in the header alone they are the API reference's, which has 400 for every fault of the client's.
 */
const refusals: readonly (readonly [jobId: string, title: string, exception: ServiceException])[] = [
  [
    "sim-validation",
    "The ARN is refused",
    { name: "ValidationException", message: "The provided invocation ARN is not valid." },
  ],
  [
    "sim-access-denied",
    "No permission to read the status",
    {
      name: "AccessDeniedException",
      message:
        "User: arn:aws:iam::111122223333:user/simulated is not authorized to perform: bedrock:GetDataAutomationStatus on resource: arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-access-denied",
      httpStatus: 403,
    },
  ],
  [
    "sim-not-found",
    "No such job",
    { name: "ResourceNotFoundException", message: "There is no such invocation.", nameIn: "header" },
  ],
  [
    "sim-throttling",
    "Too many calls, every time",
    { name: "ThrottlingException", message: "The rate of calls is too high.", httpStatus: 429 },
  ],
  [
    "sim-too-many-requests",
    "Too many calls, every time, under another name and with Retry-After",
    {
      name: "TooManyRequestsException",
      message: "The rate of calls is too high.",
      nameIn: "header",
      retryAfter: 1,
    },
  ],
  [
    "sim-quota",
    "A quota is used up",
    { name: "ServiceQuotaExceededException", message: "A service quota is used up." },
  ],
  [
    "sim-internal-server",
    "An internal fault, every time",
    { name: "InternalServerException", message: "An internal fault occurred.", httpStatus: 500 },
  ],
  [
    "sim-service-unavailable",
    "Not available, every time, with Retry-After",
    {
      name: "ServiceUnavailableException",
      message: "The service is not available for the moment.",
      httpStatus: 503,
      nameIn: "header",
      retryAfter: 1,
    },
  ],
  [
    "sim-unrecognized-client",
    "The access key is not known",
    { name: "UnrecognizedClientException", message: "The security token is not valid.", httpStatus: 403 },
  ],
  [
    "sim-invalid-client-token",
    "The access key is not known, under another name",
    { name: "InvalidClientTokenId", message: "The access key id does not exist.", nameIn: "header" },
  ],
  [
    "sim-invalid-signature",
    "The signature is wrong",
    { name: "InvalidSignatureException", message: "The signatures do not match.", httpStatus: 403 },
  ],
  [
    "sim-signature-does-not-match",
    "The signature is wrong, under another name",
    { name: "SignatureDoesNotMatch", message: "The signatures do not match.", nameIn: "header" },
  ],
  [
    "sim-missing-token",
    "The request is not signed",
    { name: "MissingAuthenticationTokenException", message: "The request is not signed.", httpStatus: 403 },
  ],
  [
    "sim-incomplete-signature",
    "The signature is not whole",
    { name: "IncompleteSignatureException", message: "The signature is not whole.", nameIn: "header" },
  ],
  [
    "sim-expired-token",
    "The temporary credentials have expired",
    { name: "ExpiredTokenException", message: "The security token has expired.", httpStatus: 403 },
  ],
  [
    "sim-request-expired",
    "The request's date lies too far back",
    { name: "RequestExpired", message: "The request has expired." },
  ],
  [
    "sim-request-time-too-skewed",
    "The request's date is too far off",
    { name: "RequestTimeTooSkewed", message: "The clocks differ too much.", nameIn: "header" },
  ],
  [
    "sim-request-in-the-future",
    "The request's date lies ahead",
    { name: "RequestInTheFuture", message: "The request's date lies ahead." },
  ],
  [
    "sim-unknown-operation",
    "The endpoint does not know the operation",
    { name: "UnknownOperationException", message: "There is no such operation." },
  ],
  [
    "sim-serialization",
    "The endpoint cannot read the request",
    { name: "SerializationException", message: "The request could not be read.", nameIn: "header" },
  ],
  [
    "sim-unknown-exception",
    "A reason that nobody knows",
    { name: "TenantSuspendedException", message: "The tenant is suspended.", httpStatus: 409 },
  ],
];

/** How often the job that is throttled at first is throttled before each good answer. */
const throttledTimes = 2;

export const refusedJobs: readonly JobScript[] = [
  ...refusals.map(([jobId, title, exception]): JobScript => {
    return { jobId, title, group, answer: () => ({ kind: "exception", exception }) };
  }),
  {
    jobId: "sim-throttled-twice",
    title: "Throttled twice, then Success: again and again",
    group,
    answer: (asked) =>
      (asked.ask - 1) % (throttledTimes + 1) < throttledTimes
        ? {
            kind: "exception",
            exception: {
              name: "ThrottlingException",
              message: "The rate of calls is too high.",
              httpStatus: 429,
            },
          }
        : status(succeeded(asked.jobId, finishedBefore(asked))),
  },
];
