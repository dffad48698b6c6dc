import { z } from "zod";
import { listResources, listResourceTemplates, readResource } from "./resource-answers.ts";
import type { Connection, ServerParts } from "./sdk-v1.ts";
import { fixedResult, type SdkV2Server } from "./sdk-v2-server.ts";

const readParams = z.looseObject({ uri: z.string() });

export function offerResourcesV2(
  server: SdkV2Server,
  { caller }: Connection,
  { catalogue }: ServerParts,
): void {
  server.answer("resources/list", z.unknown(), () => ({ ...listResources(catalogue), ...fixedResult }));
  server.answer("resources/templates/list", z.unknown(), () => ({
    ...listResourceTemplates(catalogue),
    ...fixedResult,
  }));
  server.answer("resources/read", readParams, async ({ uri }, { mcpReq: { signal } }) => {
    const { contents, freshForMs } = await readResource(catalogue, uri, { caller, signal });
    // What AWS says of a job is for whoever may ask it.
    return freshForMs === undefined
      ? { contents, ...fixedResult }
      : { contents, ttlMs: freshForMs, cacheScope: "private" };
  });
}
