import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../caller.ts";
import type { ResourceAnswer, ResourceTemplate } from "../tools/resource.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import type { SdkV1Server } from "./sdk-v1-server.ts";

/** Subscriptions of one connection: more are a client that has run wild. */
const maxSubscriptions = 100;

export function offerResources(
  server: SdkV1Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { resources, resourceTemplates } = parts.catalogue;

  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: resources.map(({ read: _, ...described }) => described),
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: resourceTemplates.map(({ uriTemplate, name, title, description, mimeType }) => ({
      uriTemplate,
      name,
      title,
      description,
      mimeType,
    })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    const fixed = resources.find((resource) => resource.uri === uri);
    const contents = fixed?.read() ?? taken(await only(resourceTemplates).read(uri, { caller, signal }));
    return { contents: contents.map((content) => ({ uri, ...content })) };
  });
  if (canNotify) offerSubscriptions(server, caller, parts);
}

function offerSubscriptions(server: SdkV1Server, caller: Caller, { catalogue, log }: ServerParts): void {
  const subscriptions = new Map<string, AbortController>();

  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => {
    if (subscriptions.has(uri)) return {};
    if (subscriptions.size >= maxSubscriptions) {
      throw new ProtocolError(
        errorCodes.invalidParams,
        `At most ${maxSubscriptions} jobs can be subscribed to at once.`,
      );
    }
    // What is fixed never changes: subscribing to it is no fault, and nothing comes of it.
    if (catalogue.resources.some((resource) => resource.uri === uri)) return {};
    const ending = new AbortController();
    const tell = () => {
      server.sendResourceUpdated(uri).catch(() => log.debug("a resource update could not be sent"));
    };
    const over = () => {
      if (subscriptions.get(uri) === ending) subscriptions.delete(uri);
    };
    taken(only(catalogue.resourceTemplates).subscribe(uri, { caller, signal: ending.signal }, tell, over));
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

function taken<T>(answer: ResourceAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new ProtocolError(
    answer.notFound ? errorCodes.resourceNotFound : errorCodes.internal,
    answer.message,
  );
}

/** There is one template: a second one needs a rule for which of them a URI belongs to. */
function only(templates: readonly ResourceTemplate[]): ResourceTemplate {
  const [template, second] = templates;
  if (template === undefined || second !== undefined) throw new Error("one resource template was expected");
  return template;
}
