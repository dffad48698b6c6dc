import { z } from "zod";
import { observed } from "./observed.ts";
import { complete, getPrompt, knownPrompt, listPrompts } from "./prompt-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { fixedResult, originOfV2, type SdkV2Server } from "./sdk-v2-server.ts";

const promptParams = z.looseObject({
  name: z.string(),
  arguments: z.record(z.string(), z.string()).optional(),
});

const completionParams = z.looseObject({
  ref: z.discriminatedUnion("type", [
    z.looseObject({ type: z.literal("ref/prompt"), name: z.string() }),
    z.looseObject({ type: z.literal("ref/resource"), uri: z.string() }),
  ]),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
});

export function offerPromptsV2(
  server: SdkV2Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { catalogue } = parts;
  server.answer("prompts/list", z.unknown(), () => ({ ...listPrompts(catalogue), ...fixedResult }));
  const method = "prompts/get";
  server.answer(method, promptParams, (params, context) => {
    const start = { ...originOfV2(context, canNotify), method, prompt: knownPrompt(catalogue, params.name) };
    return observed(start, caller, parts, async () => getPrompt(catalogue, params));
  });
  server.answer("completion/complete", completionParams, (params) => complete(catalogue, params, caller));
}
