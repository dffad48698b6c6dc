import { z } from "zod";
import { isObject, type JsonObject, list, optionalId, optionalObject, optionalText } from "./result-json.ts";

/** What `job_metadata.json` says: reference §4. Every text is from outside. */
export interface JobMetadata {
  readonly jobId?: string;
  /** `PROCESSED` or `SUCCESS` have been seen; opaque. */
  readonly jobStatus?: string;
  readonly modality?: string;
  /** Over all assets, in their order. Each item of a `segment_metadata` list is here, whatever it is. */
  readonly segments: readonly SegmentEntry[];
  /** Assets whose list of segments is no list: what they hold is not known. */
  readonly unreadableAssets: number;
}

/** One segment, as the metadata has it. Paths are unchecked. */
export interface SegmentEntry {
  /** From 0, over the whole job. */
  readonly segment: number;
  /** The file that the segment comes from. */
  readonly input?: { readonly bucket?: string; readonly key?: string };
  /** MATCH, NO_MATCH, FALLBACK, or another word. Absent where no blueprint was asked for. */
  readonly matchStatus?: string;
  readonly standardOutputPath: unknown;
  readonly customOutputPath: unknown;
}

const metadataSchema = z.looseObject({
  job_id: optionalId,
  job_status: optionalText,
  semantic_modality: optionalText,
  output_metadata: list,
});

const assetSchema = z.looseObject({
  asset_input_path: optionalObject({ s3_bucket: optionalText, s3_key: optionalText }),
  segment_metadata: z.array(z.unknown()),
});

const inputSchema = assetSchema.pick({ asset_input_path: true });

/** Reads a `job_metadata.json`. Never throws: what is of another form costs only itself, and is counted. */
export function readJobMetadata(object: JsonObject): JobMetadata {
  const metadata = metadataSchema.parse(object);
  const segments: SegmentEntry[] = [];
  let unreadableAssets = Array.isArray(object.output_metadata) ? 0 : 1;
  for (const asset of metadata.output_metadata) {
    const reading = assetSchema.safeParse(asset);
    if (!reading.success) unreadableAssets += 1;
    const input = inputOf(asset);
    for (const entry of reading.data?.segment_metadata ?? []) {
      segments.push({
        segment: segments.length,
        ...(input === undefined ? {} : { input }),
        ...entryOf(entry),
      });
    }
  }
  return {
    ...(metadata.job_id === undefined ? {} : { jobId: metadata.job_id }),
    ...(metadata.job_status === undefined ? {} : { jobStatus: metadata.job_status }),
    ...(metadata.semantic_modality === undefined ? {} : { modality: metadata.semantic_modality }),
    segments,
    unreadableAssets,
  };
}

function inputOf(asset: unknown): SegmentEntry["input"] {
  const path = inputSchema.safeParse(asset).data?.asset_input_path;
  if (path === undefined) return undefined;
  return {
    ...(path.s3_bucket === undefined ? {} : { bucket: path.s3_bucket }),
    ...(path.s3_key === undefined ? {} : { key: path.s3_key }),
  };
}

function entryOf(entry: unknown): Omit<SegmentEntry, "segment" | "input"> {
  const fields = isObject(entry) ? entry : {};
  const status = fields.custom_output_status;
  return {
    standardOutputPath: fields.standard_output_path,
    customOutputPath: fields.custom_output_path,
    ...(status === undefined || status === null
      ? {}
      : { matchStatus: isObject(status) || Array.isArray(status) ? "(not a text)" : String(status) }),
  };
}
