import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import type { SdkV1Server } from "./sdk-v1-server.ts";

/** MCP's limit on the values of one completion. */
const maxValues = 100;

/** Prompts, and the completion of what a person types for their arguments and for resource URIs. */
export function offerPrompts(server: SdkV1Server, { caller }: Connection, { catalogue }: ServerParts): void {
  const { prompts, resourceTemplates } = catalogue;
  const named = (name: string) => {
    const prompt = prompts.find((one) => one.name === name);
    if (prompt !== undefined) return prompt;
    const known = prompts.map((one) => one.name).join(", ");
    throw new ProtocolError(
      errorCodes.invalidParams,
      `There is no prompt of this name. The prompts are: ${known}.`,
    );
  };

  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: prompts.map((prompt) => ({
      name: prompt.name,
      title: prompt.title,
      description: prompt.description,
      arguments: [...prompt.arguments],
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const prompt = named(params.name);
    const answer = prompt.message(params.arguments ?? {});
    if (!answer.ok) throw new ProtocolError(errorCodes.invalidParams, answer.message);
    return {
      description: prompt.description,
      messages: [{ role: "user", content: { type: "text", text: answer.text } }],
    };
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params: { argument, ref } }) => {
    const values =
      ref.type === "ref/prompt"
        ? named(ref.name).complete(argument.name, argument.value, caller)
        : (resourceTemplates
            .find(({ uriTemplate }) => uriTemplate === ref.uri)
            ?.complete(argument.name, argument.value, caller) ?? []);
    return {
      completion: {
        values: values.slice(0, maxValues),
        total: values.length,
        hasMore: values.length > maxValues,
      },
    };
  });
}
