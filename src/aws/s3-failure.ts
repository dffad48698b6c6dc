import { readXmlFailure, xmlText } from "./aws-xml.ts";
import { CallError, type CallErrorCode, type CallErrorFacts } from "./call-error.ts";
import type { HttpAnswer } from "./http-answer.ts";

/**
 * The failure that an answer of S3 stands for.
 * Source of the names: Amazon S3 API reference, "Error responses".
 */
export function readS3Failure(answer: HttpAnswer, facts: CallErrorFacts): CallError {
  const failure = readXmlFailure(answer, facts);
  const text = new TextDecoder().decode(answer.body);
  const bucketRegion = regionNamedBy(answer, text);
  const elsewhere =
    bucketRegion !== undefined && bucketRegion !== facts.region && [301, 307, 400].includes(answer.status);
  if (elsewhere) {
    return new CallError("wrong_region", "The bucket lies in another region.", {
      ...failure.facts,
      bucketRegion,
    });
  }
  const code = codeOf(failure);
  return code === failure.code
    ? failure
    : new CallError(code, `${facts.operation ?? "The call"} was refused: ${code}.`, failure.facts);
}

/** S3 says where the bucket is in a header, in a field of its own, or as the host to go to. From outside. */
function regionNamedBy({ headers }: HttpAnswer, text: string): string | undefined {
  const given =
    headers.get("x-amz-bucket-region") ??
    xmlText(text, "Region") ??
    /\bs3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d{1,2})\./.exec(xmlText(text, "Endpoint") ?? "")?.[1];
  return given !== undefined && /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(given) ? given : undefined;
}

function codeOf(failure: CallError): CallErrorCode {
  const { awsErrorName: name = "", awsMessage: message = "" } = failure.facts;
  if (failure.code === "access_denied") {
    if (/\bkms:[A-Z]|\barn:aws[a-z-]*:kms:/i.test(message)) return "kms_denied";
    // Only a caller of another account needs the bucket's own policy [IAM User Guide, "Troubleshoot access denied"].
    if (/no resource-based policy allows/i.test(message)) return "bucket_of_other_account";
  }
  if (/^KMS\./i.test(name)) return "kms_key_unusable";
  return codeByName[name] ?? failure.code;
}

const codeByName: Readonly<Record<string, CallErrorCode>> = {
  NoSuchKey: "not_found",
  NoSuchVersion: "not_found",
  NoSuchBucket: "no_such_bucket",
  AllAccessDisabled: "access_denied",
  AccountProblem: "access_denied",
  InvalidObjectState: "object_archived",
  InvalidAccessKeyId: "unknown_key",
  InvalidToken: "unknown_key",
  TokenRefreshRequired: "expired_token",
  MissingSecurityHeader: "not_signed",
  AuthorizationHeaderMalformed: "wrong_region",
  PermanentRedirect: "wrong_region",
  IllegalLocationConstraintException: "wrong_region",
  TemporaryRedirect: "redirect",
  // S3 gave up waiting for the rest of the request: the connection's fault, and worth another try.
  RequestTimeout: "network",
  OperationAborted: "service_fault",
};
