import { json } from "./stored.ts";
import type { WrittenSegment } from "./written.ts";

/** Standard and custom output of an image and of recordings, which have no confidences for their fields. */

export const photo: WrittenSegment = {
  status: "MATCH",
  standard: json({
    metadata: {
      asset_id: "0",
      semantic_modality: "IMAGE",
      image_encoding: "PNG",
      image_width_pixels: 1200,
      image_height_pixels: 800,
    },
    image: {
      summary: "A shop window with three kettles and a price tag.",
      iab_categories: [
        { id: "c-0", type: "IAB", category: "Home & Garden", parent_name: "", taxonomy_level: 1 },
      ],
      text_lines: [
        { id: "t-0", type: "TEXT_LINE", confidence: 0.99, text: "Kettles", locations: [] },
        { id: "t-1", type: "TEXT_LINE", confidence: 0.96, text: "from 19.90", locations: [] },
      ],
      text_words: [],
    },
    statistics: { iab_category_count: 1, line_count: 2, word_count: 3, logo_count: 0 },
  }),
  custom: json({
    matched_blueprint: {
      arn: "arn:aws:bedrock:us-east-1:111122223333:blueprint/shop-window",
      name: "shop window",
      version: "1",
      confidence: 1,
    },
    inference_result: { setting: "Indoor", goods: { kind: "Kettles", count: 3 }, price_shown: true },
  }),
};

export const call: WrittenSegment = {
  status: "MATCH",
  standard: json({
    metadata: {
      asset_id: "0",
      semantic_modality: "AUDIO",
      format: "mp3",
      codec: "mp3",
      sample_rate: 16_000,
      number_of_channels: 2,
      duration_millis: 74_300,
      dominant_asset_language: "EN",
    },
    audio: {
      summary: "A caller reports a kettle that leaks and is promised a new one.",
      transcript: {
        representation: {
          text: "Good morning, my new kettle leaks. I am sorry to hear that, we shall send you another one.",
        },
      },
    },
    audio_segments: [
      { start_timestamp_millis: 0, end_timestamp_millis: 31_000, text: "Good morning, my new kettle leaks." },
      {
        start_timestamp_millis: 31_000,
        end_timestamp_millis: 74_300,
        text: "I am sorry to hear that, we shall send you another one.",
      },
    ],
    topics: [{ topic_index: 0, summary: "A leaking kettle" }],
    statistics: { word_count: 19, topic_count: 1 },
  }),
  custom: json({
    matched_blueprint: {
      arn: "arn:aws:bedrock:us-east-1:111122223333:blueprint/complaint",
      name: "complaint",
      confidence: 1,
    },
    inference_result: {
      product: "kettle",
      complaint: "leaks",
      resolved: true,
      promises: ["send another one"],
    },
  }),
};

export const film: WrittenSegment = {
  standard: json({
    metadata: {
      asset_id: "0",
      semantic_modality: "VIDEO",
      format: "mp4",
      codec: "h264",
      frame_rate: 25,
      frame_width: 1920,
      frame_height: 1080,
      duration_millis: 251_000,
    },
    video: {
      summary: "How to clean a kettle, in two steps.",
      transcript: { representation: { text: "First fill it with vinegar. Then rinse it twice." } },
    },
    chapters: [
      {
        chapter_index: 0,
        start_timestamp_millis: 0,
        end_timestamp_millis: 120_000,
        summary: "Filling the kettle.",
        transcript: { representation: { text: "First fill it with vinegar." } },
      },
      {
        chapter_index: 1,
        start_timestamp_millis: 120_000,
        end_timestamp_millis: 251_000,
        summary: "Rinsing it.",
        transcript: { representation: { text: "Then rinse it twice." } },
      },
    ],
    shots: [],
    statistics: { shot_count: 22, chapter_count: 2, speaker_count: 1 },
  }),
};
