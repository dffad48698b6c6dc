import { z } from "zod";
import { pageIndex } from "./custom-output.ts";
import {
  isObject,
  itemsOf,
  type JsonObject,
  list,
  optionalAmount,
  optionalObject,
  optionalText,
} from "./result-json.ts";

/** What a `standard_output` file says, of any modality. Every text is from outside. */
export interface StandardOutput {
  readonly modality?: string;
  /** Pages of the input, from 0. */
  readonly pageIndices: readonly number[];
  readonly timeSpan?: TimeSpan;
  readonly summary?: string;
  /** AWS's own counts under AWS's own names. */
  readonly statistics: Readonly<Record<string, number>>;
  /** Markdown, a transcript, the lines of an image: empty where there is none. Made when it is asked for. */
  readonly text: () => string;
}

/** The part of a recording that a segment covers, in milliseconds from its start. */
export interface TimeSpan {
  readonly startMillis: number;
  readonly endMillis: number;
}

const representation = optionalObject({ markdown: optionalText, text: optionalText, html: optionalText });
const withText = z.looseObject({ representation });
const optionalWithText = optionalObject({ representation });
const spoken = { summary: optionalText, transcript: optionalWithText };

const standardSchema = z.looseObject({
  metadata: optionalObject({
    semantic_modality: optionalText,
    start_page_index: pageIndex.optional().catch(undefined),
    end_page_index: pageIndex.optional().catch(undefined),
    duration_millis: optionalAmount,
  }),
  statistics: z.unknown().optional(),
  document: optionalObject({
    representation,
    statistics: z.unknown().optional(),
    summary: optionalText,
    description: optionalText,
  }),
  pages: list,
  elements: list,
  image: optionalObject({ summary: optionalText, text_lines: list }),
  audio: optionalObject(spoken),
  audio_segments: list,
  topics: list,
  video: optionalObject(spoken),
  chapters: list,
});

const page = z.looseObject({ page_index: pageIndex.optional().catch(undefined) });
const line = z.looseObject({ text: z.string() });
const chapter = z.looseObject({ summary: optionalText, transcript: optionalWithText });
const timed = z.looseObject({ start_timestamp_millis: optionalAmount, end_timestamp_millis: optionalAmount });

type Standard = z.output<typeof standardSchema>;

/** Reads a `standard_output` file. Never throws: what is of another form costs only itself. */
export function readStandardOutput(object: JsonObject): StandardOutput {
  const standard = standardSchema.parse(object);
  const modality = standard.metadata?.semantic_modality;
  const timeSpan = timeSpanOf(standard);
  const summary = summaryOf(standard);
  return {
    ...(modality === undefined ? {} : { modality }),
    pageIndices: pageIndicesOf(standard),
    ...(timeSpan === undefined ? {} : { timeSpan }),
    ...(summary === undefined ? {} : { summary }),
    statistics: { ...numbersOf(standard.statistics), ...numbersOf(standard.document?.statistics) },
    text: () => textOf(standard),
  };
}

/** Documents of many pages are numbered by their ends, so that a page that was not read is not missing here. */
function pageIndicesOf({ metadata, pages }: Standard): number[] {
  const first = metadata?.start_page_index;
  const last = metadata?.end_page_index;
  if (first !== undefined && last !== undefined && last >= first && last - first < 10_000) {
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }
  return itemsOf(pages, page).flatMap(({ page_index }) => (page_index === undefined ? [] : [page_index]));
}

function timeSpanOf({ metadata, audio_segments, chapters }: Standard): TimeSpan | undefined {
  if (metadata?.duration_millis !== undefined) return { startMillis: 0, endMillis: metadata.duration_millis };
  let span: TimeSpan | undefined;
  for (const part of itemsOf([...audio_segments, ...chapters], timed)) {
    const { start_timestamp_millis: start, end_timestamp_millis: end } = part;
    if (start === undefined || end === undefined) continue;
    span = {
      startMillis: Math.min(span?.startMillis ?? start, start),
      endMillis: Math.max(span?.endMillis ?? end, end),
    };
  }
  return span;
}

/** The summary of the whole, else those of its parts. */
function summaryOf({ document, image, audio, video, topics, chapters }: Standard): string | undefined {
  const whole = [document?.summary, image?.summary, audio?.summary, video?.summary, document?.description];
  const found = whole.find((summary) => summary !== undefined && summary.trim() !== "");
  if (found !== undefined) return found;
  const parts = itemsOf([...topics, ...chapters], chapter).flatMap(({ summary }) => summary ?? []);
  return parts.length === 0 ? undefined : parts.join(" ");
}

/** The text of the whole where AWS gives it, else that of its parts. */
function textOf(standard: Standard): string {
  const { document, pages, elements, image, audio, audio_segments, video, chapters } = standard;
  const sources: (() => string)[] = [
    () => written(document),
    () => itemsOf(pages, withText).map(written).join("\n\n"),
    () => itemsOf(elements, withText).map(written).join("\n\n"),
    () => written(audio?.transcript),
    () => lines(audio_segments),
    () => written(video?.transcript),
    () =>
      itemsOf(chapters, chapter)
        .map(({ transcript }) => written(transcript))
        .join("\n\n"),
    () => lines(image?.text_lines ?? []),
  ];
  for (const source of sources) {
    const text = source();
    if (text.trim() !== "") return text;
  }
  return "";
}

/** One of the forms that a project may ask for, the first that holds anything: Markdown, plain text, HTML. */
function written(part: z.output<typeof withText> | undefined): string {
  const { markdown, text, html } = part?.representation ?? {};
  return [markdown, text, html].find((form) => form !== undefined && form.trim() !== "") ?? "";
}

function lines(parts: readonly unknown[]): string {
  return itemsOf(parts, line)
    .map(({ text }) => text)
    .join("\n");
}

function numbersOf(statistics: unknown): Record<string, number> {
  if (!isObject(statistics)) return {};
  return Object.fromEntries(
    Object.entries(statistics).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
