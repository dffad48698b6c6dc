import audioCustom from "./fixtures/audio.custom_output.json" with { type: "json" };
import audioStandard from "./fixtures/audio.standard_output.json" with { type: "json" };
import documentCustom from "./fixtures/document.custom_output.json" with { type: "json" };
import documentMetadata from "./fixtures/document.job_metadata.json" with { type: "json" };
import documentStandard from "./fixtures/document.standard_output.json" with { type: "json" };
import imageCustom from "./fixtures/image.custom_output.json" with { type: "json" };
import imageMetadata from "./fixtures/image.job_metadata.json" with { type: "json" };
import imageStandard from "./fixtures/image.standard_output.json" with { type: "json" };
import videoCustom from "./fixtures/video.custom_output.json" with { type: "json" };
import videoStandard from "./fixtures/video.standard_output.json" with { type: "json" };
import { jobOf, type Objects } from "./kit.ts";

/** Real structures, invented values: one file of each kind that AWS writes, of every modality. */
export const samples = {
  document: { standard: documentStandard, custom: documentCustom },
  image: { standard: imageStandard, custom: imageCustom },
  audio: { standard: audioStandard, custom: audioCustom },
  video: { standard: videoStandard, custom: videoCustom },
} as const;

export type Modality = keyof typeof samples;

/** A job whose only segment matched. */
export function sampleJob(modality: Modality): Objects {
  return jobOf([{ status: "MATCH", ...samples[modality] }], modality.toUpperCase());
}

/** The three segments of the document metadata: a match, none, and the fallback. */
export const threeSegments: Objects = {
  "job_metadata.json": documentMetadata,
  "0/standard_output/0/result.json": documentStandard,
  "0/custom_output/0/result.json": documentCustom,
  "0/standard_output/1/result.json": {
    metadata: { semantic_modality: "DOCUMENT", start_page_index: 2, end_page_index: 4 },
    document: { summary: "A covering letter.", statistics: { element_count: 9 } },
    pages: [{ page_index: 2, representation: { markdown: "Dear sirs" } }],
  },
  "0/standard_output/2/result.json": {
    ...documentStandard,
    metadata: { ...documentStandard.metadata, start_page_index: 5, end_page_index: 5 },
  },
  "0/custom_output/2/result.json": {
    ...documentCustom,
    matched_blueprint: { ...documentCustom.matched_blueprint, name: "anything else" },
    split_document: { page_indices: [5] },
  },
};

export const oneImage: Objects = {
  "job_metadata.json": imageMetadata,
  "0/standard_output/0/result.json": imageStandard,
  "0/custom_output/0/result.json": imageCustom,
};
