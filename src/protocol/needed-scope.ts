import { z } from "zod";
import type { Catalogue } from "../tools/catalogue.ts";
import { readScope } from "../tools/scopes.ts";
import { isFixed } from "./resource-answers.ts";

/** What of a message says which scope it needs; the SDKs check the rest of it. */
const asking = z.looseObject({
  method: z.string(),
  params: z.looseObject({ name: z.unknown().optional(), uri: z.unknown().optional() }).optional(),
});

/**
 * The OAuth scope that a message needs, in any protocol revision. Absent where everybody may send it who may call at
 * all: it tells nothing of a job, or it is not a good message and the SDK says so.
 */
export function neededScope(message: unknown, catalogue: Catalogue): string | undefined {
  const reading = asking.safeParse(message);
  if (!reading.success) return undefined;
  const { method, params } = reading.data;
  const { resourceTemplates, tools } = catalogue;
  switch (method) {
    case "tools/call":
      return tools.find(({ name }) => name === params?.name)?.scope;
    case "resources/read":
    case "resources/subscribe":
      return isFixed(catalogue, String(params?.uri)) ? undefined : resourceTemplates[0]?.scope;
    case "subscriptions/listen":
    case "completion/complete":
      return resourceTemplates[0]?.scope;
    case "tasks/get":
    case "tasks/result":
    case "tasks/update":
    case "tasks/cancel":
      return tools.find(({ taskSupport }) => taskSupport !== undefined)?.scope ?? readScope;
    default:
      return undefined;
  }
}

/** Every scope that something here needs, each once: what an authorization server has to know. */
export function allScopes({ resourceTemplates, tools }: Catalogue): string[] {
  return [...new Set([...tools, ...resourceTemplates].map(({ scope }) => scope))];
}
