import { Buffer } from "node:buffer";
import { type Credentials, keyIdEnding } from "./credentials.ts";

/** What stands where a secret stood. */
const removed = "[removed]";

/** Shorter ones are keys of nobody, like `test`: taking them out would change words that only look the same. */
const shortestSecret = 16;

/** Refusals and statuses are smaller; larger bodies are documents of S3's, which quote no request. */
const largestSearched = 1024 * 1024;

/**
 * An answer that quotes nothing of the request's secrets: not as they are, nor as JSON, URLs and HTML write them. An
 * endpoint, or a proxy before it, may quote the request in its answer, and that is shown to a person and a model.
 */
export function withoutSecrets<
  Answer extends { readonly status: number; readonly headers: Headers; readonly body: Uint8Array },
>(answer: Answer, credentials: Credentials, signature: string): Answer {
  const forms = formsOf(credentials);
  const quotes = (text: string | null) =>
    text !== null &&
    (forms.some((form) => text.includes(form)) || (signature !== "" && text.includes(signature)));
  // One byte a character, there and back: what is no text stays as it is.
  const body =
    answer.body.byteLength > largestSearched
      ? ""
      : Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString("latin1");
  const bodyIsClean = !quotes(body);
  // Of a good answer's headers nothing is ever shown but the request's id.
  const good = answer.status >= 200 && answer.status < 300;
  const shown = good ? idHeaders.map((name) => answer.headers.get(name)) : [...answer.headers.values()];
  if (bodyIsClean && !shown.some(quotes)) return answer;
  const clean = (text: string) =>
    [...forms, signature].filter(Boolean).reduce((left, form) => left.replaceAll(form, removed), text);
  return {
    ...answer,
    headers: new Headers([...answer.headers].map(([name, value]) => [name, clean(value)])),
    body: bodyIsClean ? answer.body : Uint8Array.from(Buffer.from(clean(body), "latin1")),
  };
}

const idHeaders = ["x-amzn-requestid", "x-amz-request-id"];

const known = new WeakMap<Credentials, readonly string[]>();

/** Every form in which an answer may hold a secret of these credentials. */
function formsOf(credentials: Credentials): readonly string[] {
  const before = known.get(credentials);
  if (before !== undefined) return before;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // A key id of another form may be the secret key in the wrong place.
  const misplaced = keyIdEnding(accessKeyId) === undefined ? accessKeyId : "";
  const secrets = [secretAccessKey, sessionToken ?? "", misplaced];
  const long = secrets.filter((secret) => secret.length >= shortestSecret);
  const forms = [...new Set(long.flatMap(writtenForms))];
  known.set(credentials, forms);
  return forms;
}

function writtenForms(secret: string): string[] {
  const inHtml = secret.replaceAll("+", "&#43;").replaceAll("/", "&#x2F;").replaceAll("=", "&#61;");
  return [secret, secret.replaceAll("/", "\\/"), encodeURIComponent(secret), inHtml];
}
