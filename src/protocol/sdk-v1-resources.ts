import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { CallNotes } from "../observer.ts";
import { observed } from "./observed.ts";
import {
  isFixed,
  listResources,
  listResourceTemplates,
  maxSubscriptions,
  mustExist,
  readResource,
  subscribe,
  tooManySubscriptions,
} from "./resource-answers.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { answerTo, type Connection, originOf } from "./sdk-v1-server.ts";

export function resourceAnswers(parts: ServerParts) {
  const { catalogue } = parts;
  return [
    answerTo(ListResourcesRequestSchema, () => listResources(catalogue)),
    answerTo(ListResourceTemplatesRequestSchema, () => listResourceTemplates(catalogue)),
    answerTo(ReadResourceRequestSchema, ({ method, params: { uri } }, extra, connection) => {
      const { caller } = connection;
      return observed({ ...originOf(extra, connection), method }, caller, parts, async (notes) => {
        const { contents } = await readResource(catalogue, uri, { caller, notes, signal: extra.signal });
        return { contents };
      });
    }),
  ];
}

/** The subscriptions of one connection, which `end` ends; `sendUpdated` tells its client of a change. */
export function offerSubscriptions(
  parts: ServerParts,
  connection: Connection,
  sendUpdated: (uri: string) => Promise<void>,
) {
  const { catalogue, log } = parts;
  const { caller } = connection;
  const subscriptions = new Map<string, AbortController>();

  const start = (uri: string, notes: CallNotes) => {
    if (subscriptions.has(uri)) return;
    if (subscriptions.size >= maxSubscriptions) throw tooManySubscriptions();
    if (isFixed(catalogue, uri)) return;
    const ending = new AbortController();
    const tell = () => {
      sendUpdated(uri).catch(() => log.debug("a resource update could not be sent"));
    };
    const over = () => {
      if (subscriptions.get(uri) === ending) subscriptions.delete(uri);
    };
    subscribe(catalogue, uri, { caller, notes, signal: ending.signal }, tell, over);
    subscriptions.set(uri, ending);
  };
  const stop = (uri: string) => {
    subscriptions.get(uri)?.abort();
    subscriptions.delete(uri);
  };

  return {
    answers: [
      answerTo(SubscribeRequestSchema, ({ method, params: { uri } }, extra) =>
        observed({ ...originOf(extra, connection), method }, caller, parts, async (notes) => {
          start(uri, notes);
          try {
            await mustExist(catalogue, uri, { caller, notes, signal: extra.signal });
          } catch (thrown) {
            stop(uri);
            throw thrown;
          }
          return {};
        }),
      ),
      answerTo(UnsubscribeRequestSchema, ({ params: { uri } }) => {
        stop(uri);
        return {};
      }),
    ],
    end() {
      for (const uri of [...subscriptions.keys()]) stop(uri);
    },
  };
}
