import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { observed } from "./observed.ts";
import { complete, getPrompt, knownPrompt, listPrompts } from "./prompt-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { originOf, type SdkV1Server } from "./sdk-v1-server.ts";

/** Prompts, and the completion of what a person types for their arguments and for resource URIs. */
export function offerPrompts(
  server: SdkV1Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { catalogue } = parts;
  server.setRequestHandler(ListPromptsRequestSchema, () => listPrompts(catalogue));
  server.setRequestHandler(GetPromptRequestSchema, ({ method, params }, extra) => {
    const start = { ...originOf(extra, canNotify), method, prompt: knownPrompt(catalogue, params.name) };
    return observed(start, caller, parts, async () => getPrompt(catalogue, params));
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params }) => complete(catalogue, params, caller));
}
