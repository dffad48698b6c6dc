import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Catalogue } from "../tools/catalogue.ts";
import { complete, getPrompt, listPrompts } from "./prompt-answers.ts";
import { answerTo } from "./sdk-v1-server.ts";

/** Prompts, and the completion of what a person types for their arguments and for resource URIs. */
export function promptAnswers(catalogue: Catalogue) {
  return [
    answerTo(ListPromptsRequestSchema, () => listPrompts(catalogue)),
    answerTo(GetPromptRequestSchema, ({ params }) => getPrompt(catalogue, params)),
    answerTo(CompleteRequestSchema, ({ params }, _extra, { caller }) => complete(catalogue, params, caller)),
  ];
}
