import { z } from "zod";
import { type FieldNode, readFields } from "./fields.ts";
import { itemsOf, type JsonObject, list, optionalId, optionalObject, optionalText } from "./result-json.ts";

/** What a `custom_output` file says. Every text is from outside. */
export interface CustomOutput {
  readonly blueprint?: Blueprint;
  readonly documentClass?: string;
  /** Pages of the input that this segment was made from, from 0. */
  readonly pageIndices: readonly number[];
  readonly fields: FieldNode;
}

/** The blueprint that a segment was matched to. From outside. */
export interface Blueprint {
  readonly name?: string;
  readonly arn?: string;
  readonly version?: string;
  /** How well the blueprint fits the segment, from 0 to 1. */
  readonly confidence?: number;
}

const customSchema = z.looseObject({
  matched_blueprint: optionalObject({
    arn: optionalText,
    name: optionalText,
    version: optionalId,
    confidence: z.number().optional().catch(undefined),
  }),
  document_class: optionalObject({ type: optionalText }),
  split_document: optionalObject({ page_indices: list }),
});

/** A page's index: from 0. */
export const pageIndex = z.number().int().nonnegative();

/** Reads a `custom_output` file. Never throws: what is of another form costs only itself. */
export function readCustomOutput(object: JsonObject): CustomOutput {
  const { matched_blueprint: matched, document_class, split_document } = customSchema.parse(object);
  const { arn, name, version, confidence } = matched ?? {};
  return {
    ...(matched === undefined
      ? {}
      : {
          blueprint: {
            ...(name === undefined ? {} : { name }),
            ...(arn === undefined ? {} : { arn }),
            ...(version === undefined ? {} : { version }),
            ...(confidence === undefined ? {} : { confidence }),
          },
        }),
    ...(document_class?.type === undefined ? {} : { documentClass: document_class.type }),
    pageIndices: itemsOf(split_document?.page_indices ?? [], pageIndex),
    fields: readFields(object.inference_result, object.explainability_info),
  };
}
