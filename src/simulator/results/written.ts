import { type JobObjects, json, type Stored } from "./stored.ts";

/** A segment as a job leaves it behind; a file that is absent here has no path either. */
export interface WrittenSegment {
  readonly status?: string;
  readonly standard?: Stored;
  readonly custom?: Stored;
}

export interface WrittenJob {
  /** `s3://bucket/prefix/`, which every path begins with. */
  readonly folder: string;
  readonly modality: string;
  /** Key of the input file. */
  readonly input: string;
  readonly segments: readonly WrittenSegment[];
}

/** The objects of a job as the service lays them out: `job_metadata.json`, and two files at most for each segment. */
export function written({ folder, modality, input, segments }: WrittenJob): JobObjects {
  const files = segments.flatMap((segment, index) => [
    { name: "standard_output" as const, index, stored: segment.standard },
    { name: "custom_output" as const, index, stored: segment.custom },
  ]);
  const place = (name: string, index: number) => `0/${name}/${index}/result.json`;
  const metadata = {
    job_id: folder.split("/").at(-2) ?? "",
    job_status: "PROCESSED",
    semantic_modality: modality,
    output_metadata: [
      {
        asset_id: 0,
        asset_input_path: { s3_bucket: "amzn-s3-demo-source-bucket", s3_key: input },
        segment_metadata: segments.map(({ status, standard, custom }, index) => ({
          ...(standard === undefined
            ? {}
            : { standard_output_path: `${folder}${place("standard_output", index)}` }),
          ...(custom === undefined
            ? {}
            : { custom_output_path: `${folder}${place("custom_output", index)}` }),
          ...(status === undefined ? {} : { custom_output_status: status }),
        })),
      },
    ],
  };
  return {
    "job_metadata.json": json(metadata),
    ...Object.fromEntries(
      files.flatMap(({ name, index, stored }) =>
        stored === undefined ? [] : [[place(name, index), stored]],
      ),
    ),
  };
}

/** A value that a blueprint asked for, and how sure the service is of it. */
export type Extracted = readonly [value: string | number | boolean, confidence: number];

export type ExtractedFields = { readonly [name: string]: Extracted | readonly ExtractedFields[] };

/** A document's custom output: the values, and beside them what explains them. */
export function customOutput(given: {
  readonly blueprint: string;
  /** How well it fits. 1 where there was no choice. */
  readonly match: number;
  readonly documentClass: string;
  readonly pages: readonly number[];
  readonly fields: ExtractedFields;
}): Stored {
  return json({
    matched_blueprint: {
      arn: `arn:aws:bedrock:us-east-1:111122223333:blueprint/${given.blueprint.replaceAll(" ", "-")}`,
      name: given.blueprint,
      confidence: given.match,
    },
    document_class: { type: given.documentClass },
    split_document: { page_indices: given.pages },
    inference_result: valuesOf(given.fields),
    explainability_info: [explained(given.fields)],
  });
}

function valuesOf(fields: ExtractedFields): Record<string, unknown> {
  return mapped(fields, ([value]) => value, valuesOf);
}

function explained(fields: ExtractedFields): Record<string, unknown> {
  return mapped(
    fields,
    ([value, confidence]) => ({
      ...(value === "" ? {} : { success: true }),
      confidence,
      type: typeof value,
      value,
    }),
    explained,
  );
}

function mapped(
  fields: ExtractedFields,
  one: (field: Extracted) => unknown,
  several: (fields: ExtractedFields) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, isList(field) ? field.map(several) : one(field)]),
  );
}

function isList(field: Extracted | readonly ExtractedFields[]): field is readonly ExtractedFields[] {
  return field.every((item) => typeof item === "object");
}

/** A document's standard output, in Markdown, page by page. `first` is the index of its first page in the file. */
export function documentOutput(
  first: number,
  pages: readonly string[],
  more: { readonly summary?: string } = {},
): Stored {
  const counts = { element_count: pages.length * 4, table_count: 1, figure_count: 0, hyperlink_count: 0 };
  return json({
    metadata: {
      asset_id: "0",
      semantic_modality: "DOCUMENT",
      number_of_pages: pages.length,
      start_page_index: first,
      end_page_index: first + pages.length - 1,
      file_type: "PDF",
    },
    document: { ...more, statistics: counts },
    pages: pages.map((markdown, index) => ({
      id: `page-${first + index}`,
      page_index: first + index,
      representation: { markdown },
    })),
    elements: [],
  });
}
