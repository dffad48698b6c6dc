import type { Stamp } from "./stamp.ts";

/** An error as a service that speaks AWS JSON 1.1 sends it. */
export interface ServiceException {
  /** AWS's name for it. */
  readonly name: string;
  readonly message: string;
  /** 400 where absent. */
  readonly httpStatus?: number;
  /**
   * Where the name stands: in the body's `__type`, as most services do, or only in the header `x-amzn-errortype`, with
   * the text under `Message`. Clients meet both.
   */
  readonly nameIn?: "body" | "header";
  /** Seconds for `Retry-After`. */
  readonly retryAfter?: number;
}

const contentType = "application/x-amz-json-1.1";

/** A good answer. */
export function jsonAnswer(fields: Readonly<Record<string, unknown>>, stamp: Stamp): Response {
  return new Response(JSON.stringify(fields), { headers: headersOf(stamp) });
}

export function jsonError(exception: ServiceException, stamp: Stamp): Response {
  const { name, message, httpStatus = 400, nameIn = "body", retryAfter } = exception;
  const body =
    nameIn === "body" ? { __type: `com.amazon.coral.service#${name}`, message } : { Message: message };
  const headers = headersOf(stamp);
  if (nameIn === "header") headers.set("x-amzn-errortype", `${name}:http://internal.amazon.com/coral/`);
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  return new Response(JSON.stringify(body), { status: httpStatus, headers });
}

function headersOf({ requestId, date }: Stamp): Headers {
  return new Headers({ "content-type": contentType, "x-amzn-requestid": requestId, date });
}
