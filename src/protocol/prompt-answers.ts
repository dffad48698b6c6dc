import type { Caller } from "../caller.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { Prompt } from "../tools/prompt.ts";
import type { ResourceTemplate } from "../tools/resource.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";
import { canSubscribe } from "./resource-answers.ts";

/** MCP's limit on the values of one completion. */
const maxValues = 100;

/** `prompts/list`, as every protocol revision has it. */
export function listPrompts({ prompts }: Catalogue) {
  return {
    prompts: prompts.map((prompt) => ({
      name: prompt.name,
      title: prompt.title,
      description: prompt.description,
      arguments: [...prompt.arguments],
    })),
  };
}

/** `prompts/get`. @throws ProtocolError where there is no such prompt, or its arguments will not do */
export function getPrompt(
  { prompts }: Catalogue,
  params: { readonly name: string; readonly arguments?: Readonly<Record<string, string>> | undefined },
) {
  const prompt = promptNamed(prompts, params.name);
  const answer = prompt.message(params.arguments ?? {});
  if (!answer.ok) throw new ProtocolError(errorCodes.invalidParams, answer.message);
  return {
    description: prompt.description,
    messages: [{ role: "user" as const, content: { type: "text" as const, text: answer.text } }],
  };
}

export interface CompletionParams {
  readonly ref:
    | { readonly type: "ref/prompt"; readonly name: string }
    | { readonly type: "ref/resource"; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
}

/**
 * `completion/complete`: of what a person types for a prompt's arguments and for resource URIs.
 * @throws ProtocolError where there is no such prompt, or no such template
 */
export function complete(catalogue: Catalogue, { argument, ref }: CompletionParams, caller: Caller) {
  const values = completed(catalogue, ref)?.complete(argument.name, argument.value, caller) ?? [];
  return {
    completion: {
      values: values.slice(0, maxValues),
      total: values.length,
      hasMore: values.length > maxValues,
    },
  };
}

/** The name, where there is such a prompt: what else stands there is from outside. */
export function knownPrompt({ prompts }: Catalogue, name: string): string | undefined {
  return prompts.find((one) => one.name === name)?.name;
}

/** Absent where there is nothing left to complete, as in a whole URI. @throws ProtocolError where there is no such thing */
function completed(
  catalogue: Catalogue,
  ref: CompletionParams["ref"],
): Pick<ResourceTemplate, "complete"> | undefined {
  if (ref.type === "ref/prompt") return promptNamed(catalogue.prompts, ref.name);
  const { resourceTemplates } = catalogue;
  const template = resourceTemplates.find(({ uriTemplate }) => uriTemplate === ref.uri);
  if (template !== undefined || canSubscribe(catalogue, ref.uri)) return template;
  const known = resourceTemplates.map(({ uriTemplate }) => uriTemplate).join(", ");
  throw new ProtocolError(
    errorCodes.invalidParams,
    `There is no resource template of this URI. The templates are: ${known}.`,
  );
}

function promptNamed(prompts: readonly Prompt[], name: string): Prompt {
  const prompt = prompts.find((one) => one.name === name);
  if (prompt !== undefined) return prompt;
  const known = prompts.map((one) => one.name).join(", ");
  throw new ProtocolError(
    errorCodes.invalidParams,
    `There is no prompt of this name. The prompts are: ${known}.`,
  );
}
