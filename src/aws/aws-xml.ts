import { namedError, redirect, tooManyRequests } from "./aws-json.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import type { HttpAnswer } from "./http-answer.ts";

/**
 * The failure that an answer of an XML service (STS, S3) stands for, by the `Code` in its body.
 */
export function readXmlFailure(answer: HttpAnswer, facts: CallErrorFacts): CallError {
  const { status, headers } = answer;
  const text = new TextDecoder().decode(answer.body);
  const name = xmlText(text, "Code");
  if (name !== undefined) {
    const requestId = facts.requestId ?? xmlText(text, "RequestId");
    return namedError(name, xmlText(text, "Message"), {
      ...facts,
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
  if (status >= 300 && status < 400) return redirect(headers, facts);
  if (status === 429) return tooManyRequests(text, facts);
  if (status >= 500) return new CallError("service_fault", `AWS answered ${status} and no reason.`, facts);
  return new CallError("unexpected_answer", `The answer has status ${status} and no error name.`, {
    ...facts,
    bodyExcerpt: text.slice(0, 300),
  });
}

/** The text of the first element of this name that holds only text. For AWS's flat answers: no attributes, no CDATA. */
export function xmlText(xml: string, element: string): string | undefined {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
  return found?.replace(/&(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});/gi, (entity, name: string) => {
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (name.startsWith("#")) return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    return namedEntities[name.toLowerCase()] ?? entity;
  });
}

const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
