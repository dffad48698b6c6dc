import type { Log } from "../ports.ts";
import { readRoleRequest } from "./assume-role.ts";
import { simulatedAccount } from "./catalogue.ts";
import type { Face } from "./face.ts";
import type { Sessions } from "./sessions.ts";
import { readAuthorization } from "./wire/authorization.ts";
import { xmlElements } from "./wire/aws-xml.ts";
import type { Received } from "./wire/received.ts";
import type { SignatureCheck, SignatureFailureKind } from "./wire/signature-check.ts";
import type { Stamp } from "./wire/stamp.ts";

const version = "2011-06-15";
const namespace = `https://sts.amazonaws.com/doc/${version}/`;

/** A role that nobody may assume; every other one of the simulated account may be. */
const deniedRole = "sim-denied";

export interface StsFaceParts {
  readonly checkSignature: SignatureCheck;
  readonly sessions: Sessions;
  readonly log: Log;
}

/** AWS Security Token Service, of which GetCallerIdentity and AssumeRole are simulated: AWS query protocol. */
export function createStsFace({ checkSignature, log, sessions }: StsFaceParts): Face {
  const identity = (request: Received, stamp: Stamp) => {
    const session = sessions.find(keyIdOf(request));
    return result("GetCallerIdentity", stamp, {
      Arn: session?.arn ?? `arn:aws:iam::${simulatedAccount}:user/simulated`,
      UserId: session === undefined ? "AIDASIMULATEDEXAMPLE" : "AROASIMULATEDEXAMPLE:session",
      Account: simulatedAccount,
    });
  };

  const assumeRole = (form: URLSearchParams, stamp: Stamp) => {
    const asked = readRoleRequest(form);
    if ("wrong" in asked) return xmlError(validation, asked.wrong, stamp);
    const { accountId, durationSeconds, roleArn, roleName, sessionName, sourceIdentity, tags } = asked;
    if (accountId !== simulatedAccount || roleName === deniedRole) {
      const message = `User: arn:aws:iam::${simulatedAccount}:user/simulated is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      return xmlError({ code: "AccessDenied", httpStatus: 403 }, message, stamp);
    }
    const arn = `arn:aws:sts::${simulatedAccount}:assumed-role/${roleName}/${sessionName}`;
    const { accessKeyId, expiresAt, secretAccessKey, sessionToken } = sessions.begin(arn, durationSeconds);
    log.info("simulated: a role was assumed", {
      session: arn,
      sourceIdentity,
      tags: Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(", "),
    });
    return result("AssumeRole", stamp, {
      AssumedRoleUser: { AssumedRoleId: `AROASIMULATEDEXAMPLE:${sessionName}`, Arn: arn },
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ""),
      },
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    });
  };

  return async (request, stamp) => {
    const refused = checkSignature(request, { service: "sts", path: "twice", payload: "body" });
    if (refused !== undefined) return xmlError(signatureErrors[refused.kind], refused.reason, stamp);
    const form = new URLSearchParams(new TextDecoder().decode(request.body));
    if (form.get("Version") !== version)
      return xmlError(invalidAction, `Version has to be ${version}.`, stamp);
    if (form.get("Action") === "AssumeRole") return assumeRole(form, stamp);
    if (form.get("Action") === "GetCallerIdentity") return identity(request, stamp);
    return xmlError(invalidAction, "Only GetCallerIdentity and AssumeRole are simulated.", stamp);
  };
}

/** Of a request whose signature has been checked. */
function keyIdOf({ headers }: Received): string {
  const given = readAuthorization(headers.get("authorization") ?? "");
  return "lacking" in given ? "" : given.accessKeyId;
}

type Fields = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

function result(action: string, stamp: Stamp, fields: Fields): Response {
  const inner = Object.entries(fields)
    .map(([name, value]) =>
      typeof value === "string" ? xmlElements({ [name]: value }) : `<${name}>${xmlElements(value)}</${name}>`,
    )
    .join("");
  return xmlAnswer(
    `<${action}Response xmlns="${namespace}"><${action}Result>${inner}</${action}Result><ResponseMetadata>${xmlElements({ RequestId: stamp.requestId })}</ResponseMetadata></${action}Response>`,
    200,
    stamp,
  );
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

const validation: ErrorKind = { code: "ValidationError", httpStatus: 400 };
const invalidAction: ErrorKind = { code: "InvalidAction", httpStatus: 400 };
const mismatch: ErrorKind = { code: "SignatureDoesNotMatch", httpStatus: 403 };

/** STS calls a date that is too far off a signature that does not match. */
const signatureErrors: Readonly<Record<SignatureFailureKind, ErrorKind>> = {
  missing: { code: "MissingAuthenticationToken", httpStatus: 403 },
  incomplete: { code: "IncompleteSignature", httpStatus: 400 },
  unknown_key: { code: "InvalidClientTokenId", httpStatus: 403 },
  keys_expired: { code: "ExpiredToken", httpStatus: 403 },
  expired: mismatch,
  not_yet_valid: mismatch,
  wrong_scope: mismatch,
  header_not_signed: mismatch,
  payload_mismatch: mismatch,
  wrong_signature: mismatch,
};
