import type { Clock } from "../ports.ts";
import type { LoadRefusal } from "./load-rooms.ts";

export interface BodyBounds {
  readonly maxBytes: number;
  /** Milliseconds until the last byte has to be there. */
  readonly withinMs: number;
}

export type BodyReading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "too large" | "too slow" | "broken off" }
  | { readonly ok: false; readonly why: "crowded out"; readonly refusal: LoadRefusal };

/** The place at which a body is read: it may be taken away for another's. */
export interface BodyPlace {
  onLost: ((refusal: LoadRefusal) => void) | undefined;
}

/** Reads a request's body as text, within bounds. What is too large is not read to its end. */
export function readBody(
  request: Request,
  { maxBytes, withinMs }: BodyBounds,
  clock: Pick<Clock, "after">,
  place?: BodyPlace,
): Promise<BodyReading> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) {
    return Promise.resolve({ ok: false, why: "too large" });
  }
  return new Promise((resolve) => {
    let giveUp = () => {};
    const callOff = clock.after(withinMs, () => {
      resolve({ ok: false, why: "too slow" });
      giveUp();
    });
    const done = (reading: BodyReading) => {
      callOff();
      resolve(reading);
    };
    if (place !== undefined) {
      place.onLost = (refusal) => {
        done({ ok: false, why: "crowded out", refusal });
        giveUp();
      };
    }
    const broken = () => done({ ok: false, why: "broken off" });
    // With a length, the runtime takes no byte more than that; by chunks, or by HTTP/2, there is no end but ours.
    if (declared !== null || request.body === null) {
      request.text().then((text) => done({ ok: true, text }), broken);
      return;
    }
    const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
    giveUp = () => void reader.cancel().catch(() => {});
    readCapped(reader, maxBytes).then((text) => {
      done(text === undefined ? { ok: false, why: "too large" } : { ok: true, text });
      if (text === undefined) giveUp();
    }, broken);
  });
}

async function readCapped(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxBytes) return undefined;
    text += decoder.decode(value, { stream: true });
  }
}
