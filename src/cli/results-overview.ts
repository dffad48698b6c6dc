import { z } from "zod";
import { quoteText } from "../jobs/quote.ts";
import { positionText } from "../jobs/results/page-range.ts";
import { type Block, layOut } from "./terminal-layout.ts";
import { type Look, paint } from "./terminal-look.ts";
import { columnsOf, padded, wrap } from "./terminal-text.ts";

/** What of a segment a person is shown. The tool has cleaned and capped every text. */
const segmentShape = z.looseObject({
  segment: z.number(),
  outcome: z.string(),
  modality: z.string().optional(),
  pages: z.string().optional(),
  timeSpan: z.looseObject({ startMillis: z.number(), endMillis: z.number() }).optional(),
  blueprint: z
    .looseObject({
      name: z.string().optional(),
      confidence: z.number().optional(),
      possiblyForced: z.boolean().optional(),
      doubtful: z.boolean().optional(),
    })
    .optional(),
  fields: z
    .looseObject({
      count: z.number(),
      doubtfulCount: z.number(),
      emptyCount: z.number(),
      doubtful: z
        .array(
          z.looseObject({
            path: z.string(),
            value: z.union([z.string(), z.number(), z.boolean()]),
            confidence: z.number(),
          }),
        )
        .optional(),
    })
    .optional(),
  summary: z.string().optional(),
  standardOutputPath: z.string().optional(),
  customOutputPath: z.string().optional(),
  problems: z.array(z.looseObject({ text: z.string(), remedy: z.string().optional() })).optional(),
});

type ShownSegment = z.output<typeof segmentShape>;

/** The part of the tool's answer that is laid out here. */
const overviewShape = z.looseObject({
  verdict: z.string().optional(),
  summary: z.string().optional(),
  nextSteps: z.array(z.string()).optional(),
  segments: z.array(segmentShape),
});

const outcomeWords: Readonly<Record<string, string>> = {
  matched: "matched",
  fallback: "fallback",
  not_matched: "no match",
  standard_only: "standard only",
  empty: "empty",
  unreadable: "unreadable",
  unknown: "unknown",
};

const maxSummary = 400;
const maxQuoted = 100;

const header = ["segment", "kind", "part", "match", "blueprint", "fields", "doubtful", "empty"] as const;

/** The tool's answer about all segments or about one; `fieldLines` are those of the one. */
export function overviewPrintout(structured: object, fieldLines: string, look: Look): string {
  const { verdict, summary = "", nextSteps, segments } = overviewShape.parse(structured);
  const [first] = segments;
  const head: Block[] = verdict === undefined ? [] : [headline(verdict, summary)];
  const below: Block[] = [
    ...(verdict === undefined && first !== undefined ? [filesOf(first)] : []),
    ...(fieldLines === ""
      ? []
      : [{ kind: "section" as const, title: "Fields", paragraphs: fieldLines.split("\n") }]),
    ...(nextSteps === undefined
      ? []
      : [{ kind: "section" as const, title: "What next", paragraphs: nextSteps }]),
  ];
  const inOrder = [...segments].sort((a, b) => a.segment - b.segment);
  return [
    ...(head.length === 0 ? [] : [layOut(head, look)]),
    ...(segments.length === 0 ? [] : [segmentTable(inOrder, look)]),
    layOut(below, look),
  ].join("\n");
}

function headline(verdict: string, summary: string): Block {
  const [sign, tone] = verdict === "complete" ? (["✓", "good"] as const) : (["!", "waiting"] as const);
  const words = verdict.replaceAll("_", " ");
  return {
    kind: "headline",
    sign,
    tone,
    text: `${words.slice(0, 1).toUpperCase()}${words.slice(1)}. ${summary}`,
  };
}

function filesOf({ summary, customOutputPath, standardOutputPath }: ShownSegment): Block {
  const rows = [
    ["summary", summary === undefined ? undefined : quoteText(summary, maxSummary)],
    ["custom", customOutputPath],
    ["standard", standardOutputPath],
  ] as const;
  return {
    kind: "fields",
    rows: rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
  };
}

/** What the document says is a quotation here too: whoever reads a terminal may be an agent. */
function quoted(value: string | number | boolean): string {
  return typeof value === "string" ? quoteText(value, maxQuoted) : String(value);
}

/** A table of segments, with what is doubtful or wrong below each. */
function segmentTable(segments: readonly ShownSegment[], look: Look): string {
  const rows = segments.map(cellsOf);
  const widths = header.map((name, column) =>
    Math.max(columnsOf(name), ...rows.map((row) => columnsOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join("  ")}`.trimEnd();
  return [
    paint(look, "strong", line(header)),
    ...segments.flatMap((segment, index) => {
      const tone = toneOf(segment);
      const row = line(rows[index] ?? []);
      return [tone === undefined ? row : paint(look, tone, row), ...notesOf(segment, look)];
    }),
    "",
  ].join("\n");
}

function cellsOf({ segment, modality, pages, timeSpan, outcome, blueprint, fields }: ShownSegment): string[] {
  const { name, confidence, possiblyForced, doubtful } = blueprint ?? {};
  const mark = possiblyForced ? " (forced?)" : doubtful ? " (doubtful)" : "";
  const sure = confidence === undefined ? "" : ` ${confidence}${mark}`;
  const part =
    pages === undefined
      ? timeSpan === undefined
        ? ""
        : `${positionText(timeSpan.startMillis)}-${positionText(timeSpan.endMillis)}`
      : `p. ${pages}`;
  return [
    String(segment),
    modality?.toLowerCase() ?? "",
    part,
    outcomeWords[outcome] ?? outcome,
    `${name === undefined ? "" : quoteText(name, 30)}${sure}`,
    ...(fields === undefined
      ? ["", "", ""]
      : [fields.count, fields.doubtfulCount, fields.emptyCount].map(String)),
  ];
}

function toneOf({ outcome, blueprint, fields }: ShownSegment): "bad" | "waiting" | undefined {
  if (outcome === "unreadable" || outcome === "not_matched" || outcome === "empty") return "bad";
  if (outcome === "fallback" || outcome === "unknown" || blueprint?.doubtful) return "waiting";
  if ((fields?.doubtfulCount ?? 0) > 0) return "waiting";
  return undefined;
}

function notesOf({ fields, problems = [] }: ShownSegment, look: Look): string[] {
  const { doubtful = [], doubtfulCount = 0 } = fields ?? {};
  const more = doubtfulCount - doubtful.length;
  const notes = [
    ...problems.map(({ text, remedy }) => ["bad", [text, remedy].filter(Boolean).join(" ")] as const),
    ...doubtful.map(
      ({ path, value, confidence }) =>
        ["waiting", `${quoted(path)} = ${quoted(value)} is doubtful (${confidence})`] as const,
    ),
    ...(more > 0 ? [["waiting", `and ${more} more`] as const] : []),
  ];
  return notes.flatMap(([tone, text]) =>
    wrap(text, look.width - 8).map((part, index) =>
      index === 0 ? `      ${paint(look, tone, look.terminal ? "!" : "-")} ${part}` : `        ${part}`,
    ),
  );
}
