import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyRuntime, builtRuntimes, cleanEnv, commandOf, root, runtimes } from "../support/runtimes.ts";

setDefaultTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "bda-unread-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The server, as a script for a runtime. */
async function scriptFor(runtime: AnyRuntime): Promise<string> {
  const source = `${root}test/serving/unread-server.ts`;
  if (runtime !== "node") return source;
  await Bun.build({ entrypoints: [source], target: "node", outdir: folder, naming: "[name].mjs" });
  return join(folder, "unread-server.mjs");
}

interface State {
  readonly calls: number;
  readonly waits: number;
  /** Mebibytes. */
  readonly memory: number;
}

/** Asks, and reads nothing of what comes. */
function neverReading(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.pause().write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, () => resolve(socket));
    });
    socket.once("error", reject);
  });
}

/** What is still there for whoever begins to read, to the end of the connection. */
function rest(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.removeAllListeners("error").on("error", () => {});
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text));
    socket.resume();
  });
}

describe.each([...runtimes, ...builtRuntimes])("clients that do not read on %s", (runtime) => {
  test.concurrent("are let go, and cost others nothing meanwhile", async () => {
    const child = Bun.spawn(commandOf(runtime, await scriptFor(runtime)), {
      env: cleanEnv(),
      stdout: "pipe",
    });
    try {
      const { value } = await child.stdout.getReader().read();
      const port = Number(new TextDecoder().decode(value));
      const state = async (): Promise<State> =>
        (await (await fetch(`http://127.0.0.1:${port}/state`)).json()) as State;
      const round = async () => {
        const asked = ["small", "large", "events"].flatMap((kind) =>
          Array.from({ length: 10 }, () => neverReading(port, `/answer/${kind}`)),
        );
        const sockets = await Promise.all(asked);
        // Each of these has to be served while the others stand there.
        while ((await state()).waits < 10) await Bun.sleep(10);
        while ((await state()).waits > 0) await Bun.sleep(100);
        const texts = await Promise.all(sockets.map(rest));
        expect(texts.filter((text) => text.endsWith("small"))).toHaveLength(10);
        const end = await state();
        expect(end).toMatchObject({ calls: 0, waits: 0 });
        return end.memory;
      };
      const first = await round();
      await round();
      // Kept, those of two rounds would be 160 and more; a runtime takes its time to give memory back.
      expect((await round()) - first).toBeLessThan(120);
    } finally {
      child.kill();
    }
  });
});
