const lineBreak = 0x0a;

/** Hears what a stream of bytes holds, in order. */
export interface LineListener {
  /** A line without its break, as UTF-8; what is no UTF-8 has become U+FFFD. */
  line(text: string): void;
  /** A line is longer than may be. Told once, as soon as that is known; what is left of the line is passed over. */
  tooLong(): void;
}

export interface LineCutter {
  push(chunk: Uint8Array): void;
  /** What came after the last line break, as text; empty where there was nothing, or too much. */
  end(): string;
}

/** Cuts bytes into lines, and never keeps more than `maxBytes` of one, however long it is. */
export function lineCutter(maxBytes: number, listener: LineListener): LineCutter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let passingOver = false;

  function keep(part: Uint8Array): void {
    if (passingOver || part.length === 0) return;
    if (length + part.length > maxBytes) {
      passingOver = true;
      parts = [];
      length = 0;
      listener.tooLong();
      return;
    }
    parts.push(part);
    length += part.length;
  }

  function take(): string {
    // A character can stand on both sides of a chunk's end.
    const decoder = new TextDecoder();
    const text = parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
    parts = [];
    length = 0;
    return text;
  }

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(lineBreak); end !== -1; end = chunk.indexOf(lineBreak, start)) {
        keep(chunk.subarray(start, end));
        const whole = !passingOver;
        passingOver = false;
        if (whole) listener.line(take());
        start = end + 1;
      }
      keep(chunk.subarray(start));
    },
    end: take,
  };
}
