import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Catalogue } from "../tools/catalogue.ts";
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
import { answerTo, type Connection } from "./sdk-v1-server.ts";

export function resourceAnswers(catalogue: Catalogue) {
  return [
    answerTo(ListResourcesRequestSchema, () => listResources(catalogue)),
    answerTo(ListResourceTemplatesRequestSchema, () => listResourceTemplates(catalogue)),
    answerTo(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }, { caller }) => {
      const { contents } = await readResource(catalogue, uri, { caller, signal });
      return { contents };
    }),
  ];
}

/** The subscriptions of one connection, which `end` ends; `sendUpdated` tells its client of a change. */
export function offerSubscriptions(
  { catalogue, log }: Pick<ServerParts, "catalogue" | "log">,
  { caller }: Connection,
  sendUpdated: (uri: string) => Promise<void>,
) {
  const subscriptions = new Map<string, AbortController>();

  const start = (uri: string) => {
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
    subscribe(catalogue, uri, { caller, signal: ending.signal }, tell, over);
    subscriptions.set(uri, ending);
  };
  const stop = (uri: string) => {
    subscriptions.get(uri)?.abort();
    subscriptions.delete(uri);
  };

  return {
    answers: [
      answerTo(SubscribeRequestSchema, async ({ params: { uri } }, { signal }) => {
        start(uri);
        try {
          await mustExist(catalogue, uri, { caller, signal });
        } catch (thrown) {
          stop(uri);
          throw thrown;
        }
        return {};
      }),
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
