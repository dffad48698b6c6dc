import { z } from "zod";

/**
 * Open objects, as everywhere. Only what a program has to know beforehand is named: a model reads the answer itself,
 * and every conversation pays for the schema.
 */
export const resultsOutput = z.looseObject({
  invocationArn: z.string(),
  verdict: z
    .enum(["complete", "partly_matched", "not_matched", "fallback_used", "forced_match", "nothing_found"])
    .optional(),
  segmentCount: z.number().optional(),
  segments: z.array(z.looseObject({ segment: z.number(), outcome: z.string() })).optional(),
  text: z.string().optional(),
  nextOffset: z.number().optional(),
  nextSegment: z.number().optional(),
});
