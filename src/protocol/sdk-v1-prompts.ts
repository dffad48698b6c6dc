import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { complete, getPrompt, listPrompts } from "./prompt-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import type { SdkV1Server } from "./sdk-v1-server.ts";

/** Prompts, and the completion of what a person types for their arguments and for resource URIs. */
export function offerPrompts(server: SdkV1Server, { caller }: Connection, { catalogue }: ServerParts): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => listPrompts(catalogue));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => getPrompt(catalogue, params));
  server.setRequestHandler(CompleteRequestSchema, ({ params }) => complete(catalogue, params, caller));
}
