import { describe, expect, test } from "bun:test";
import { ask, fields, good, jobOf, page, type SegmentSpec } from "./kit.ts";

const values = { Total: 1, Date: "2027-05-02" };
const matched = (index: number, options: Parameters<typeof fields>[1] = {}): SegmentSpec => ({
  status: "MATCH",
  standard: page(index),
  custom: fields(values, options),
});
const fallback = (index: number): SegmentSpec => ({ ...matched(index), status: "FALLBACK" });
const unmatched = (index: number): SegmentSpec => ({ status: "NO_MATCH", standard: page(index) });
const forced = (index: number, blueprint = "claim form"): SegmentSpec =>
  matched(index, { match: 1, blueprint });
const blank = { metadata: {}, document: { statistics: { element_count: 0 } }, pages: [] };

async function overview(segments: readonly SegmentSpec[]) {
  return good(await ask({ objects: jobOf(segments) })).facts;
}

describe("the verdict is over all segments", () => {
  const rows: [string, readonly SegmentSpec[], string][] = [
    ["all matched, by choice", [matched(0), matched(1)], "complete"],
    [
      "no blueprint was asked for, and there is text",
      [{ standard: page(0) }, { standard: page(1) }],
      "complete",
    ],
    ["a custom output without a match status", [{ standard: page(0), custom: fields(values) }], "complete"],
    ["only custom output, as the project may say", [{ status: "MATCH", custom: fields(values) }], "complete"],
    ["one of them matched nothing", [matched(0), unmatched(1)], "partly_matched"],
    [
      "the last of them matched nothing",
      [...Array.from({ length: 11 }, (_, index) => matched(index)), unmatched(11)],
      "partly_matched",
    ],
    ["one of them cannot be read", [matched(0), { ...matched(1), custom: "{" }], "partly_matched"],
    [
      "one of them is empty",
      [matched(0), { status: "MATCH", standard: page(1), custom: fields({ Total: "" }) }],
      "partly_matched",
    ],
    [
      "all matched, but a text is missing",
      [matched(0), { ...matched(1), standard: "not_found" }],
      "partly_matched",
    ],
    ["all matched, but nothing of it can be read", [{ ...matched(0), custom: "" }], "partly_matched"],
    ["a fallback and no match", [fallback(0), unmatched(1)], "partly_matched"],
    ["a match status nobody knows", [matched(0), { ...matched(1), status: "MAYBE" }], "partly_matched"],
    ["none matched", [unmatched(0), unmatched(1)], "not_matched"],
    ["a fallback besides matches", [matched(0), fallback(1)], "fallback_used"],
    ["only fallbacks", [fallback(0)], "fallback_used"],
    ["confidence 1, and one blueprint only", [forced(0), forced(1)], "forced_match"],
    ["confidence 1, but AWS chose between two blueprints", [forced(0), forced(1, "letter")], "complete"],
    ["confidence 1 in one of two, the same blueprint", [forced(0), matched(1)], "forced_match"],
    ["confidence 1 of a fallback is no match", [fallback(0), forced(1, "letter")], "fallback_used"],
    ["no segments", [], "nothing_found"],
    ["files that hold nothing", [{ standard: blank }], "nothing_found"],
    [
      "files that are not there",
      [{ status: "MATCH", standard: "not_found", custom: "not_found" }],
      "nothing_found",
    ],
    ["no paths", [{}, { status: "MATCH" }], "nothing_found"],
    [
      "a matched blueprint without one value, nor text",
      [{ status: "MATCH", custom: fields({ Total: "" }) }],
      "nothing_found",
    ],
  ];
  test.each(rows)("%s", async (_, segments, verdict) => {
    const facts = await overview(segments);
    expect(facts.verdict).toBe(verdict);
    expect(facts.counts.segments).toBe(segments.length);
    expect(Object.values(facts.counts.outcomes as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(
      segments.length,
    );
    expect(facts.nextSteps.length).toBeGreaterThan(0);
  });
});

describe("a forced match has its reservation", () => {
  test("in the verdict's reason, at the segment, and in what to do", async () => {
    const asked = await ask({ objects: jobOf([forced(0)]) });
    const { facts, text } = good(asked);
    expect(facts.segments[0].blueprint).toMatchObject({ confidence: 1, possiblyForced: true });
    expect(facts.summary).toContain("no evidence");
    expect(facts.nextSteps.join(" ")).toContain("document class");
    expect(text).toContain('"claim form", confidence 1 (possibly forced: no evidence), class "Claim"');
  });

  test("which a choice between blueprints takes away", async () => {
    const { segments } = await overview([forced(0), forced(1, "letter")]);
    for (const { blueprint } of segments) expect(blueprint).not.toHaveProperty("possiblyForced");
  });
});

describe("the worst comes first", () => {
  test("what cannot be read, no match, nothing in it, unknown, fallback, then by doubtful fields", async () => {
    const { segments } = await overview([
      matched(0),
      matched(1, { confidence: 0.2 }),
      { ...matched(2), status: "MAYBE" },
      fallback(3),
      { status: "MATCH", standard: page(4), custom: fields({ Total: "" }) },
      unmatched(5),
      { ...matched(6), custom: "not json" },
      { ...matched(7), standard: "not_found" },
    ]);
    expect(segments.map(({ segment }: { segment: number }) => segment)).toEqual([6, 5, 4, 2, 3, 7, 1, 0]);
  });

  test("of many segments all are counted, ten described, five told, and the rest asked for by number", async () => {
    const many = Array.from({ length: 64 }, (_, index) =>
      index % 8 === 7 ? unmatched(index) : matched(index),
    );
    const { facts, text } = good(await ask({ objects: jobOf(many) }));
    expect(facts.counts).toMatchObject({ segments: 64, outcomes: { matched: 56, not_matched: 8 } });
    expect(facts.segments).toHaveLength(10);
    expect(facts.segmentsNotDescribed).toBe(54);
    expect(text).toContain("Of 64 segments, 56 matched a blueprint, 8 matched no blueprint.");
    expect(text).toContain("Read segments 7, 15, 23, 31, 39 and 3 more with view text.");
    expect(text.match(/^- segment /gm)).toHaveLength(5);
    expect(text).toContain("59 more: ask with segment, 0 to 63.");
  });

  test("beyond 200 the files are left alone, and that is said", async () => {
    const many = Array.from({ length: 230 }, (_, index) =>
      index === 220 ? unmatched(index) : matched(index),
    );
    const asked = await ask({ objects: jobOf(many) });
    const { facts } = good(asked);
    expect(facts).toMatchObject({ verdict: "partly_matched", counts: { segments: 230, notRead: 30 } });
    expect(facts.segments[0]).toMatchObject({ segment: 220, outcome: "not_matched", notRead: true });
    expect(facts.summary).toContain("The files of 30 were not read");
    expect(asked.fetched).toHaveLength(1 + 400);
    expect(asked.progress.length).toBeGreaterThan(5);
    expect(good(await ask({ objects: jobOf(many) }, { segment: 225 })).facts.segments[0]).toMatchObject({
      outcome: "matched",
      fields: { count: 2 },
    });
  });
});

describe("what there is to read is named, and nothing else", () => {
  const told = async (...segments: SegmentSpec[]) => good(await ask({ objects: jobOf(segments) }));

  test.each([
    ["without a field", fields({})],
    ["with empty fields only", fields({ Total: "" })],
  ])("a match %s has its text", async (_, custom) => {
    const { facts, text } = await told({ status: "MATCH", standard: page(0), custom });
    expect(facts.summary).toContain("1 matched, but no field was filled.");
    expect(text).toContain('class "Claim", but no field was filled; its text is in view text.');
    expect(facts.nextSteps[0]).toStartWith("Read segment 0 with view text");
    expect(text).not.toMatch(/blank|holds nothing/);
  });

  test("without text, it may be blank", async () => {
    const { facts, text } = await told({ status: "MATCH", standard: blank, custom: fields({}) });
    expect(text).toContain("holds nothing");
    expect(facts.nextSteps).toEqual(["Look at the input of segment 0: it may be blank or unreadable."]);
  });

  test.each([
    ["half a JSON", "{"],
    ["without a path", undefined],
  ])("a custom output that is %s is no loss of the text", async (_, custom) => {
    const segment = { status: "MATCH", standard: page(0), ...(custom === undefined ? {} : { custom }) };
    const { facts, text } = await told(segment);
    expect(facts.segments[0]).toMatchObject({ outcome: "unreadable", hasText: true });
    expect(facts.summary).toContain("1 has fields that could not be read.");
    expect(text).toContain("its fields are not readable.");
    expect(text).toContain("Its text is in view text.");
    expect(facts.nextSteps[0]).toContain("Mend what keeps the fields of segment 0 from being read");
  });

  test("a kind that nobody here knows is called so, with its file", async () => {
    const standard = { metadata: { semantic_modality: "HOLOGRAM" }, hologram: { voxels: 7 } };
    const { facts, text } = await told({ standard });
    expect(facts.segments[0]).toMatchObject({ outcome: "unknown", modality: "HOLOGRAM" });
    expect(facts.summary).toContain("1 is of a kind that is not known here.");
    expect(text).toMatch(/\(HOLOGRAM\): its kind is not known here; its file is "s3:.*result\.json"/);
    expect(text).not.toMatch(/blank|holds nothing|match status/);
  });

  test("of what matched nothing, only what has text is to be read", async () => {
    const { facts } = await told(
      unmatched(0),
      { status: "NO_MATCH", standard: blank },
      { status: "NO_MATCH" },
    );
    expect(facts.nextSteps).toEqual([
      "Read segment 0 with view text.",
      "For fields, the project needs a blueprint for that kind of content; a new job is paid for.",
      "Look at the input of segment 1: it may be blank or unreadable.",
    ]);
  });

  test("a summary is no text", async () => {
    const standard = { metadata: { semantic_modality: "IMAGE" }, image: { summary: "A window." } };
    const { facts } = await told({ status: "NO_MATCH", standard });
    expect(facts.segments[0]).not.toHaveProperty("hasText");
    expect(facts.nextSteps.join(" ")).not.toContain("view text");
  });
});

describe("what is not sure is not called good", () => {
  const told = async (custom: object, input = {}) =>
    good(await ask({ objects: jobOf([{ status: "MATCH", standard: page(0), custom }]) }, input));

  test("a weak match and empty fields are to be checked", async () => {
    const { facts, text } = await told(fields({ Total: 1, Date: "", Name: "" }, { match: 0.3 }));
    expect(facts.counts).toMatchObject({ doubtfulMatches: 1, emptyFields: 2 });
    expect(facts.segments[0].blueprint).toMatchObject({ confidence: 0.3, doubtful: true });
    expect(facts.summary).toContain("AWS is not sure of 1 match (confidence below 0.6).");
    expect(text).toContain("confidence 0.3 (doubtful)");
    expect(facts.nextSteps).toEqual([
      "Check whether the blueprint of segment 0 fits: the match is doubtful.",
      "Check whether the empty fields are really missing from the file.",
    ]);
  });

  test("below what was asked for, and no further", async () => {
    const custom = fields(values, { match: 0.3 });
    expect((await told(custom, { confidenceBelow: 0.3 })).facts.nextSteps).toEqual([
      "Read it with view fields.",
    ]);
  });

  test("a confidence that is none counts as doubtful, and is shown", async () => {
    const { facts, text } = await told(fields(values, { confidence: 98, match: 97 }));
    expect(facts.counts).toMatchObject({ doubtfulMatches: 1, doubtfulFields: 2 });
    expect(text).toContain('"Total" = 1 (98, which is not from 0 to 1)');
    expect(text).toContain("confidence 97, which is not from 0 to 1 (doubtful)");
  });
});
