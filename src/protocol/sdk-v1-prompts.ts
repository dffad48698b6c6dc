import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { observed } from "./observed.ts";
import { complete, getPrompt, knownPrompt, listPrompts } from "./prompt-answers.ts";
import type { ServerParts } from "./sdk-v1.ts";
import { answerTo, originOf } from "./sdk-v1-server.ts";

/** Prompts, and the completion of what a person types for their arguments and for resource URIs. */
export function promptAnswers(parts: ServerParts) {
  const { catalogue } = parts;
  return [
    answerTo(ListPromptsRequestSchema, () => listPrompts(catalogue)),
    answerTo(GetPromptRequestSchema, ({ method, params }, extra, connection) => {
      const prompt = knownPrompt(catalogue, params.name);
      const start = { ...originOf(extra, connection), method, prompt };
      return observed(start, connection.caller, parts, async () => getPrompt(catalogue, params));
    }),
    answerTo(CompleteRequestSchema, ({ params }, _extra, { caller }) => complete(catalogue, params, caller)),
  ];
}
