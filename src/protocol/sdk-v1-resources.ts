import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../caller.ts";
import {
  isFixed,
  listResources,
  listResourceTemplates,
  maxSubscriptions,
  readResource,
  subscribe,
  tooManySubscriptions,
} from "./resource-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import type { SdkV1Server } from "./sdk-v1-server.ts";

export function offerResources(
  server: SdkV1Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { catalogue } = parts;
  server.setRequestHandler(ListResourcesRequestSchema, () => listResources(catalogue));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => listResourceTemplates(catalogue));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    const { contents } = await readResource(catalogue, uri, { caller, signal });
    return { contents };
  });
  if (canNotify) offerSubscriptions(server, caller, parts);
}

function offerSubscriptions(server: SdkV1Server, caller: Caller, { catalogue, log }: ServerParts): void {
  const subscriptions = new Map<string, AbortController>();

  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => {
    if (subscriptions.has(uri)) return {};
    if (subscriptions.size >= maxSubscriptions) throw tooManySubscriptions();
    if (isFixed(catalogue, uri)) return {};
    const ending = new AbortController();
    const tell = () => {
      server.sendResourceUpdated(uri).catch(() => log.debug("a resource update could not be sent"));
    };
    const over = () => {
      if (subscriptions.get(uri) === ending) subscriptions.delete(uri);
    };
    subscribe(catalogue, uri, { caller, signal: ending.signal }, tell, over);
    subscriptions.set(uri, ending);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscriptions.get(uri)?.abort();
    subscriptions.delete(uri);
    return {};
  });
  const onclose = server.onclose;
  server.onclose = () => {
    for (const ending of subscriptions.values()) ending.abort();
    subscriptions.clear();
    onclose?.();
  };
}
