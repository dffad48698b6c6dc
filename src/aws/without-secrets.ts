import { Buffer } from "node:buffer";
import { type Credentials, keyIdEnding } from "./credentials.ts";

/** What stands where a secret stood. */
const removed = "[removed]";

/** Shorter ones are keys of nobody, like `test`: taking them out would change words that only look the same. */
const shortestSecret = 16;

/**
 * What of a signed request must not come back in its answer. An endpoint, or a proxy before it, may quote the request
 * in an error, and that is shown to a person and a model. `authorization` is the header that was sent.
 */
export function secretsOf(credentials: Credentials, authorization: string | null): readonly string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // A key id of another form may be the secret key in the wrong place.
  const misplaced = keyIdEnding(accessKeyId) === undefined ? accessKeyId : "";
  const signature = /Signature=([0-9a-f]+)/.exec(authorization ?? "")?.[1] ?? "";
  return [secretAccessKey, sessionToken ?? "", misplaced, signature].filter(
    (secret) => secret.length >= shortestSecret,
  );
}

/** An answer that quotes none of the secrets: not as they are, nor as JSON, URLs and HTML write them. */
export function withoutSecrets<Answer extends { readonly headers: Headers; readonly body: Uint8Array }>(
  answer: Answer,
  secrets: readonly string[],
): Answer {
  const forms = [...new Set(secrets.flatMap(writtenForms))];
  const clean = (text: string) => forms.reduce((left, form) => left.replaceAll(form, removed), text);
  // One byte a character, there and back: what is no text stays as it is.
  const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString(
    "latin1",
  );
  const bodyIsClean = !forms.some((form) => body.includes(form));
  const headers = [...answer.headers];
  const headersAreClean = !headers.some(([, value]) => forms.some((form) => value.includes(form)));
  if (bodyIsClean && headersAreClean) return answer;
  return {
    ...answer,
    headers: new Headers(headers.map(([name, value]) => [name, clean(value)])),
    body: bodyIsClean ? answer.body : Uint8Array.from(Buffer.from(clean(body), "latin1")),
  };
}

function writtenForms(secret: string): string[] {
  const inHtml = secret.replaceAll("+", "&#43;").replaceAll("/", "&#x2F;").replaceAll("=", "&#61;");
  return [secret, secret.replaceAll("/", "\\/"), encodeURIComponent(secret), inHtml];
}
