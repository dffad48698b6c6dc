import { simulatedAccount } from "./catalogue.ts";
import type { Face } from "./face.ts";
import { xmlElements } from "./wire/aws-xml.ts";
import type { SignatureCheck, SignatureFailureKind } from "./wire/signature-check.ts";
import type { Stamp } from "./wire/stamp.ts";

const version = "2011-06-15";
const namespace = `https://sts.amazonaws.com/doc/${version}/`;

/** AWS Security Token Service, of which GetCallerIdentity is simulated: AWS query protocol. */
export function createStsFace({ checkSignature }: { readonly checkSignature: SignatureCheck }): Face {
  return async (request, stamp) => {
    const refused = checkSignature(request, { service: "sts", path: "twice", payload: "body" });
    if (refused !== undefined) return xmlError(signatureErrors[refused.kind], refused.reason, stamp);
    const form = new URLSearchParams(new TextDecoder().decode(request.body));
    if (form.get("Version") !== version)
      return xmlError(invalidAction, `Version has to be ${version}.`, stamp);
    if (form.get("Action") !== "GetCallerIdentity") {
      return xmlError(invalidAction, "Only GetCallerIdentity is simulated.", stamp);
    }
    const identity = xmlElements({
      Arn: `arn:aws:iam::${simulatedAccount}:user/simulated`,
      UserId: "AIDASIMULATEDEXAMPLE",
      Account: simulatedAccount,
    });
    return xmlAnswer(
      `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult><ResponseMetadata>${xmlElements({ RequestId: stamp.requestId })}</ResponseMetadata></GetCallerIdentityResponse>`,
      200,
      stamp,
    );
  };
}

interface ErrorKind {
  readonly code: string;
  readonly httpStatus: number;
}

function xmlError({ code, httpStatus }: ErrorKind, message: string, stamp: Stamp): Response {
  const error = xmlElements({ Type: "Sender", Code: code, Message: message });
  return xmlAnswer(
    `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error>${xmlElements({ RequestId: stamp.requestId })}</ErrorResponse>`,
    httpStatus,
    stamp,
  );
}

function xmlAnswer(xml: string, status: number, { requestId, date }: Stamp): Response {
  return new Response(xml, {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId, date },
  });
}

const invalidAction: ErrorKind = { code: "InvalidAction", httpStatus: 400 };
const mismatch: ErrorKind = { code: "SignatureDoesNotMatch", httpStatus: 403 };

/** STS calls a date that is too far off a signature that does not match. */
const signatureErrors: Readonly<Record<SignatureFailureKind, ErrorKind>> = {
  missing: { code: "MissingAuthenticationToken", httpStatus: 403 },
  incomplete: { code: "IncompleteSignature", httpStatus: 400 },
  unknown_key: { code: "InvalidClientTokenId", httpStatus: 403 },
  expired: mismatch,
  not_yet_valid: mismatch,
  wrong_scope: mismatch,
  header_not_signed: mismatch,
  payload_mismatch: mismatch,
  wrong_signature: mismatch,
};
