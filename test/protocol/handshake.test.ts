import { describe, expect, test } from "bun:test";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type JSONRPCMessage,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { onlyCaller } from "../../src/caller.ts";
import { silentLog, systemClock } from "../../src/ports.ts";
import { product } from "../../src/product.ts";
import { sdkV1Servers } from "../../src/protocol/sdk-v1.ts";
import { createCatalogue } from "../../src/tools/catalogue.ts";
import { watcherOf } from "../support/watcher-of.ts";

const catalogue = createCatalogue({
  watcher: watcherOf(() => Promise.reject(new Error("not asked"))),
  now: () => 0,
  random: () => 0.5,
});
const serverFor = sdkV1Servers({ catalogue, clock: systemClock, log: silentLog });

/** What a new connection answers to one request. */
async function answerTo(method: string, params: object, canNotify = true): Promise<JSONRPCMessage> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = serverFor({ caller: onlyCaller, canNotify });
  await server.connect(ours);
  const answer = new Promise<JSONRPCMessage>((resolve) => {
    theirs.onmessage = resolve;
  });
  await theirs.start();
  await theirs.send({ jsonrpc: "2.0", id: 1, method, params: { ...params } });
  const message = await answer;
  await server.close();
  return message;
}

function initialize(protocolVersion: string, canNotify?: boolean): Promise<JSONRPCMessage> {
  const clientInfo = { name: "test", version: "1" };
  return answerTo("initialize", { protocolVersion, capabilities: {}, clientInfo }, canNotify);
}

describe("the handshake", () => {
  test.each(SUPPORTED_PROTOCOL_VERSIONS)(
    "keeps to revision %s where the client speaks it",
    async (revision) => {
      expect(await initialize(revision)).toMatchObject({ result: { protocolVersion: revision } });
    },
  );

  test.each(["1999-01-01", "2099-01-01", ""])("answers %j by the newest that it speaks", async (revision) => {
    expect(await initialize(revision)).toMatchObject({
      result: { protocolVersion: LATEST_PROTOCOL_VERSION },
    });
  });

  test("says who serves, and how to go about it", async () => {
    expect(await initialize(LATEST_PROTOCOL_VERSION)).toMatchObject({
      result: {
        serverInfo: { name: product.name, version: product.version, title: product.title },
        instructions: catalogue.instructions,
      },
    });
  });
});

describe("what is declared is served, and nothing else", () => {
  const uri = "bedrock-data-automation://guide";
  const methods = [
    ["tools", "tools/list", {}],
    ["resources", "resources/list", {}],
    ["resources", "resources/templates/list", {}],
    ["resources", "resources/read", { uri }],
    ["resources.subscribe", "resources/subscribe", { uri }],
    ["resources.subscribe", "resources/unsubscribe", { uri }],
    ["prompts", "prompts/list", {}],
    [
      "completions",
      "completion/complete",
      { ref: { type: "ref/resource", uri }, argument: { name: "x", value: "" } },
    ],
    ["tasks.cancel", "tasks/cancel", { taskId: "none" }],
    ["tasks.list", "tasks/list", {}],
    ["logging", "logging/setLevel", { level: "info" }],
  ] as const;

  test.each([true, false])("where it can notify: %p", async (canNotify) => {
    const introduction = await initialize(LATEST_PROTOCOL_VERSION, canNotify);
    const { capabilities } = ("result" in introduction ? introduction.result : {}) as {
      readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    const declared = methods.map(([capability, method]) => {
      const [group = "", part] = capability.split(".");
      const found = capabilities[group];
      return [method, part === undefined ? found !== undefined : found?.[part] !== undefined];
    });
    const served = await Promise.all(
      methods.map(async ([, method, params]) => {
        const answer = await answerTo(method, params, canNotify);
        return [method, !("error" in answer && answer.error.code === -32601)];
      }),
    );
    expect(served).toEqual(declared);
  });
});
