import { Readable, type Writable } from "node:stream";
import type { Opening } from "../protocol/opening.ts";

export interface StdioOpeningParts {
  readonly opening: Opening;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Aborts when the process is told to stop. */
  readonly stop: AbortSignal;
}

export type OpeningEnd =
  | { readonly kind: "over"; readonly reason: string }
  /** Something came that the server itself has to see; `stdin` holds it, and all that follows. */
  | { readonly kind: "later"; readonly stdin: Readable; readonly replayedId: string };

/** Bytes of one line, above which it is left to the server. */
const maxOpeningLine = 64 * 1024;
const lineBreak = 0x0a;
const replayedId = "initialize, as it was answered";

/** Answers what the opening can answer, one message a line, until something comes that it cannot. */
export function answerOpening({ opening, stdin, stdout, stop }: StdioOpeningParts): Promise<OpeningEnd> {
  return new Promise((resolve) => {
    let unread: Buffer = Buffer.alloc(0);

    const finish = (end: OpeningEnd) => {
      stdin.off("data", onData).off("end", onEnd).off("close", onEnd);
      stdout.off("error", onError);
      stop.removeEventListener("abort", onStop);
      stdin.pause();
      resolve(end);
    };
    const later = (ended: boolean) => {
      const seen = opening.seen(replayedId).map((message) => `${JSON.stringify(message)}\n`);
      const bytes = Buffer.concat([Buffer.from(seen.join("")), unread]);
      finish({ kind: "later", stdin: ended ? Readable.from([bytes]) : stdin, replayedId });
      if (!ended) stdin.unshift(bytes);
    };
    const onData = (chunk: Uint8Array) => {
      unread = Buffer.concat([unread, chunk]);
      for (let end = unread.indexOf(lineBreak); end !== -1; end = unread.indexOf(lineBreak)) {
        const move = takeLine(unread.toString("utf8", 0, end), opening);
        if (move === "later") return later(false);
        unread = unread.subarray(end + 1);
        // A client that does not read gets no more: the server knows how to wait.
        if (move !== "noted" && !stdout.write(`${JSON.stringify(move.answer)}\n`)) return later(false);
      }
      if (unread.length > maxOpeningLine) later(false);
    };
    const onEnd = () => (unread.length > 0 ? later(true) : finish({ kind: "over", reason: "end of input" }));
    const onError = () => finish({ kind: "over", reason: "end of output" });
    const onStop = () => finish({ kind: "over", reason: "told to stop" });

    if (stop.aborted) return onStop();
    stop.addEventListener("abort", onStop, { once: true });
    stdout.once("error", onError);
    stdin.on("end", onEnd).on("close", onEnd).on("data", onData);
  });
}

function takeLine(line: string, opening: Opening): ReturnType<Opening["take"]> {
  if (line.trim() === "") return "noted";
  try {
    return opening.take(JSON.parse(line));
  } catch {
    return "later";
  }
}
