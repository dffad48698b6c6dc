import type { Terminal } from "./command.ts";

/** Deno throws these where it is written. */
const unwritten: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EIO"]);

/** What a process's streams took, and the code that it ends with where they took no more. */
export class ProcessOutput {
  readonly #stdout: NodeJS.WritableStream;
  readonly #stderr: NodeJS.WritableStream;
  readonly #broken = new Set<NodeJS.WritableStream>();
  /** Why a stream took no more. A reader that has seen enough, as `head` has, is no fault of this program's. */
  #fault: string | undefined;

  constructor({ stdout, stderr }: Terminal) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    for (const stream of [stdout, stderr]) {
      stream.on("error", ({ code, name }: Error & { readonly code?: string }) => {
        if (code !== "EPIPE" && !this.#broken.has(stream)) this.#fault ??= code ?? name;
        this.#broken.add(stream);
      });
    }
  }

  /**
   * Takes what was thrown for the end of stdout, where it is that.
   * @throws whatever else it is
   */
  thrown(thrown: unknown): void {
    if (!(thrown instanceof Error && "code" in thrown && unwritten.has(thrown.code))) throw thrown;
    this.#fault ??= String(thrown.code);
    this.#broken.add(this.#stdout);
  }

  /** Writes out what a slow reader has not taken yet. Resolves to the code that the process ends with. */
  async end(code: number): Promise<number> {
    await this.#written(this.#stdout);
    if (this.#fault !== undefined && !this.#broken.has(this.#stderr))
      this.#stderr.write(`The output could not be written: ${this.#fault}.\n`);
    await this.#written(this.#stderr);
    return this.#fault === undefined ? code : 1;
  }

  /** On Bun only `end` waits for what was written: an empty write is done before those that came earlier. */
  #written(stream: NodeJS.WritableStream): Promise<void> {
    return new Promise((resolve) => {
      if (this.#broken.has(stream)) return resolve();
      stream.once("error", () => resolve());
      stream.end(() => resolve());
    });
  }
}
