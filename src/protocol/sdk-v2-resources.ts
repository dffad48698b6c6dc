import { z } from "zod";
import { observed } from "./observed.ts";
import { listResources, listResourceTemplates, readResource } from "./resource-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { fixedResult, originOfV2, type SdkV2Server } from "./sdk-v2-server.ts";

const readParams = z.looseObject({ uri: z.string() });

export function offerResourcesV2(
  server: SdkV2Server,
  { caller, canNotify }: Connection,
  parts: ServerParts,
): void {
  const { catalogue } = parts;
  server.answer("resources/list", z.unknown(), () => ({ ...listResources(catalogue), ...fixedResult }));
  server.answer("resources/templates/list", z.unknown(), () => ({
    ...listResourceTemplates(catalogue),
    ...fixedResult,
  }));
  const method = "resources/read";
  server.answer(method, readParams, ({ uri }, context) =>
    observed({ ...originOfV2(context, canNotify), method }, caller, parts, async (notes) => {
      const { signal } = context.mcpReq;
      const { contents, freshForMs } = await readResource(catalogue, uri, { caller, notes, signal });
      // What AWS says of a job is for whoever may ask it.
      return freshForMs === undefined
        ? { contents, ...fixedResult }
        : { contents, ttlMs: freshForMs, cacheScope: "private" };
    }),
  );
}
