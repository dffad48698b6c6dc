import { describe, expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer";
import { type Modality, oneImage, sampleJob, samples, threeSegments } from "./fixtures.ts";
import { ask, bucket, good, jobId, prefix } from "./kit.ts";

const modalities = Object.keys(samples) as Modality[];

describe("a document of three segments: a match, none, and the fallback", () => {
  test("is partly matched; each segment is told, the worst first", async () => {
    const { text, facts } = good(await ask({ objects: threeSegments }));
    expect(facts).toMatchObject({
      view: "overview",
      verdict: "partly_matched",
      segmentCount: 3,
      jobMetadataPath: `s3://${bucket}/${prefix}job_metadata.json`,
      counts: {
        segments: 3,
        outcomes: { matched: 1, not_matched: 1, fallback: 1 },
        fields: 22,
        doubtfulFields: 6,
        emptyFields: 2,
      },
    });
    expect(
      facts.segments.map(({ segment, outcome }: { segment: number; outcome: string }) => [segment, outcome]),
    ).toEqual([
      [1, "not_matched"],
      [2, "fallback"],
      [0, "matched"],
    ]);
    expect(facts.summary).toContain(
      "1 matched a blueprint, 1 used the fallback blueprint, 1 matched no blueprint",
    );
    expect(facts.nextSteps.join(" ")).toMatch(/segment 1 .*segment 2.*doubtful/);
    expect(text).toContain(
      'segment 1 (DOCUMENT, pages 3-5): no blueprint matched. Summary: "A covering letter."',
    );
  });

  test("each with its pages, blueprint, class, counts, statistics, and the paths that AWS gave", async () => {
    const { facts } = good(await ask({ objects: threeSegments }));
    expect(facts.segments[2]).toEqual({
      segment: 0,
      outcome: "matched",
      modality: "DOCUMENT",
      pages: "1-2",
      matchStatus: "MATCH",
      blueprint: {
        name: "claim form",
        arn: "arn:aws:bedrock:eu-west-1:444455556666:blueprint/89abcdef0123",
        confidence: 1,
        possiblyForced: true,
      },
      documentClass: "Claim",
      fields: {
        count: 11,
        doubtfulCount: 3,
        emptyCount: 1,
        withoutConfidenceCount: 0,
        doubtful: [
          { path: "Parts[1].Part", value: "lamp", confidence: 0.35 },
          { path: "Date of loss", value: "2027-05-02", confidence: 0.412109375 },
          { path: "Parts[1].Cost", value: 121.5, confidence: 0.59 },
        ],
        empty: ["Remarks"],
      },
      hasText: true,
      statistics: { element_count: 7, table_count: 2, figure_count: 1, hyperlink_count: 0 },
      standardOutputPath: `s3://${bucket}/${prefix}0/standard_output/0/result.json`,
      customOutputPath: `s3://${bucket}/${prefix}0/custom_output/0/result.json`,
    });
  });

  test("at the limit itself a field is not doubtful, and the limit can be moved", async () => {
    const doubtful = async (confidenceBelow: number) =>
      good(await ask({ objects: threeSegments }, { segment: 0, confidenceBelow })).facts.segments[0].fields
        .doubtfulCount;
    expect(await doubtful(0)).toBe(0);
    expect(await doubtful(0.59)).toBe(2);
    expect(await doubtful(0.6)).toBe(3);
    expect(await doubtful(0.61)).toBe(4);
    expect(await doubtful(1)).toBe(10);
  });
});

describe("every modality", () => {
  test.each([
    ["image", undefined, "A red bicycle leans on a brick wall.", { line_count: 2 }],
    [
      "audio",
      { startMillis: 0, endMillis: 93_512 },
      "A customer moves an appointment to Thursday.",
      { word_count: 13 },
    ],
    [
      "video",
      { startMillis: 0, endMillis: 184_000 },
      "A ship leaves a harbour at dawn and a pilot explains the manoeuvre.",
      { shot_count: 14 },
    ],
  ] as const)("%s: time span, summary, statistics", async (modality, timeSpan, summary, statistics) => {
    const { facts, text } = good(await ask({ objects: sampleJob(modality) }));
    const [segment] = facts.segments;
    expect(segment).toMatchObject({
      outcome: "matched",
      modality: modality.toUpperCase(),
      summary,
      statistics,
    });
    expect(segment.timeSpan).toEqual(timeSpan);
    expect(segment.fields.withoutConfidenceCount).toBe(segment.fields.count);
    expect(text).toContain(summary);
  });

  test.each([
    [
      "document",
      "# Claim C-1009\n\n| part | cost |\n|---|---|\n| bumper | 310.00 |\n\nSum 431.50\n\nSigned on 2 May.",
    ],
    ["image", "No parking\nMon to Fri"],
    ["audio", "Good morning. I need to move my appointment. Thursday at nine is free."],
    ["video", "We turn to starboard first. Then we wait for the tug."],
  ] as const)("%s: its text is in view text", async (modality, wanted) => {
    const { facts, text } = good(await ask({ objects: sampleJob(modality) }, { view: "text" }));
    expect(facts).toMatchObject({ view: "text", segment: 0, text: wanted, totalCharacters: wanted.length });
    expect(text).toContain(`\n\`\`\`\n${wanted}\n\`\`\`\n`);
  });

  test.each([
    [
      "document",
      {
        "Claim number": { value: "C-1009", confidence: 0.98 },
        Remarks: { confidence: 0, empty: true },
        Parts: [{}, { Cost: { value: 121.5, confidence: 0.59, doubtful: true } }],
        Insured: { City: { value: "Delft", confidence: 0.6 } },
      },
    ],
    ["image", { scene: { value: "Outdoor" }, vehicle: { kind: { value: "Bicycle" }, count: { value: 1 } } }],
    [
      "audio",
      {
        resolved: { value: true },
        next_actions: [{ value: "send confirmation" }, { value: "free the old slot" }],
      },
    ],
    ["video", { vessel: { value: "unknown" } }],
  ] as const)("%s: its fields are in view fields, nested as AWS nests them", async (modality, wanted) => {
    const { facts } = good(await ask({ objects: sampleJob(modality) }, { view: "fields" }));
    expect(facts.fields).toMatchObject(wanted);
  });
});

describe("where AWS leaves the whole out, its parts are read", () => {
  const cases: [string, object, string][] = [
    [
      "a document's own representation comes first",
      {
        document: { representation: { markdown: "# All" } },
        pages: [{ representation: { markdown: "part" } }],
      },
      "# All",
    ],
    ["text for markdown", { document: { representation: { text: "plain" } } }, "plain"],
    ["html for both", { document: { representation: { html: "<p>x</p>" } } }, "<p>x</p>"],
    [
      "elements for pages",
      {
        pages: [],
        elements: [
          { representation: { markdown: "a" } },
          { type: "FIGURE" },
          { representation: { markdown: "b" } },
        ],
      },
      "a\n\nb",
    ],
    ["spoken segments for a transcript", { audio_segments: [{ text: "one" }, { text: "two" }] }, "one\ntwo"],
    [
      "chapters for a film's transcript",
      { video: {}, chapters: [{ transcript: { representation: { text: "one" } } }] },
      "one",
    ],
    [
      "an empty form gives way to the next",
      { document: { representation: { markdown: "", text: "plain", html: "<p>plain</p>" } } },
      "plain",
    ],
    [
      "an empty whole counts as left out",
      { document: { representation: { markdown: " " } }, pages: [{ representation: { text: "page" } }] },
      "page",
    ],
  ];
  test.each(cases)("%s", async (_, standard, wanted) => {
    const objects = { ...oneImage, "0/standard_output/0/result.json": standard };
    expect(good(await ask({ objects }, { view: "text" })).facts.text).toBe(wanted);
  });

  test("a summary is put together from topics or chapters", async () => {
    const standard = { topics: [{ summary: "First." }, { summary: "Second." }] };
    const objects = { ...oneImage, "0/standard_output/0/result.json": standard };
    expect(good(await ask({ objects })).facts.segments[0].summary).toBe("First. Second.");
  });
});

describe("what a model pays", () => {
  test("the overview of the largest sample is under 900 tokens, one segment under 400", async () => {
    expect(countTokens(good(await ask({ objects: threeSegments })).text)).toBeLessThan(900);
    for (const segment of [0, 1, 2]) {
      expect(countTokens(good(await ask({ objects: threeSegments }, { segment })).text)).toBeLessThan(400);
    }
    for (const modality of modalities) {
      expect(countTokens(good(await ask({ objects: sampleJob(modality) })).text)).toBeLessThan(400);
    }
  });

  test("every answer names the job", async () => {
    for (const view of ["overview", "text", "fields"]) {
      expect(good(await ask({ objects: threeSegments }, { view })).text).toContain(jobId);
    }
  });
});
