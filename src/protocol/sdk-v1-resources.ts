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
  readResource,
  subscribe,
  tooManySubscriptions,
} from "./resource-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { originOf, type SdkV1Server } from "./sdk-v1-server.ts";

export function offerResources(server: SdkV1Server, connection: Connection, parts: ServerParts): void {
  const { caller, canNotify } = connection;
  const { catalogue } = parts;
  server.setRequestHandler(ListResourcesRequestSchema, () => listResources(catalogue));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => listResourceTemplates(catalogue));
  server.setRequestHandler(ReadResourceRequestSchema, ({ method, params: { uri } }, extra) =>
    observed({ ...originOf(extra, canNotify), method }, caller, parts, async (notes) => {
      const { contents } = await readResource(catalogue, uri, { caller, notes, signal: extra.signal });
      return { contents };
    }),
  );
  if (canNotify) offerSubscriptions(server, connection, parts);
}

function offerSubscriptions(
  server: SdkV1Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { catalogue, log } = parts;
  const subscriptions = new Map<string, AbortController>();

  const begin = (uri: string, notes: CallNotes) => {
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
    subscribe(catalogue, uri, { caller, notes, signal: ending.signal }, tell, over);
    subscriptions.set(uri, ending);
    return {};
  };
  server.setRequestHandler(SubscribeRequestSchema, ({ method, params: { uri } }, extra) =>
    observed({ ...originOf(extra, canNotify), method }, caller, parts, async (notes) => begin(uri, notes)),
  );
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
