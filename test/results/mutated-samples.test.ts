import { expect, test } from "bun:test";
import fc from "fast-check";
import { isObject } from "../../src/jobs/results/result-json.ts";
import { type Modality, sampleJob, samples, threeSegments } from "./fixtures.ts";
import { ask, bucket, type Objects, prefix, type Stored } from "./kit.ts";
import { type Mutation, mutated, mutation, tooLarge } from "./mutate.ts";

const jobs: readonly Objects[] = [
  threeSegments,
  ...(Object.keys(samples) as Modality[]).map((modality) => sampleJob(modality)),
];

interface Damage {
  readonly job: Objects;
  /** By the number of the object, round and round. */
  readonly json: readonly { readonly object: number; readonly mutations: readonly Mutation[] }[];
  /** Files that are cut off or overwritten. */
  readonly text: readonly { readonly object: number; readonly keep: number; readonly rest: string }[];
}

const damage: fc.Arbitrary<Damage> = fc.record({
  job: fc.constantFrom(...jobs),
  json: fc.array(
    fc.record({ object: fc.nat(9), mutations: fc.array(mutation, { minLength: 1, maxLength: 5 }) }),
    {
      maxLength: 5,
    },
  ),
  text: fc.array(
    fc.record({
      object: fc.integer({ min: 1, max: 9 }),
      keep: fc.nat(400),
      rest: fc.string({ maxLength: 5 }),
    }),
    {
      maxLength: 1,
    },
  ),
});

function damaged({ job, json, text }: Damage): Record<string, Stored> {
  const objects: Record<string, Stored> = { ...job };
  const names = Object.keys(objects);
  const nameAt = (index: number) => names[index % names.length] ?? "";
  for (const { object, mutations } of json) {
    const name = nameAt(object);
    const written = JSON.stringify(mutated(JSON.parse(textOf(objects[name])), mutations)) ?? "null";
    objects[name] = written.replaceAll(JSON.stringify(tooLarge), "1e999");
  }
  for (const { object, keep, rest } of text) {
    const name = nameAt(object);
    if (name !== "job_metadata.json") objects[name] = textOf(objects[name]).slice(0, keep) + rest;
  }
  return objects;
}

function textOf(stored: Stored | undefined): string {
  return typeof stored === "string" ? stored : JSON.stringify(stored ?? null);
}

/** Counted by somebody who knows nothing of the code: the items of every list of segments. */
function segmentsIn(objects: Objects): number | undefined {
  const metadata: unknown = JSON.parse(textOf(objects["job_metadata.json"]));
  if (!isObject(metadata)) return undefined;
  const assets: unknown[] = Array.isArray(metadata.output_metadata) ? metadata.output_metadata : [];
  return assets.reduce(
    (total: number, asset) =>
      total + (isObject(asset) && Array.isArray(asset.segment_metadata) ? asset.segment_metadata.length : 0),
    0,
  );
}

/** What no answer may hold: nothing where a value should be, and characters that cannot be seen. */
function faults(value: unknown, path = "answer"): string[] {
  if (value === null || value === undefined) return [`${path} is ${value}`];
  if (typeof value === "string") {
    return /[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(value.replace(/\n/g, ""))
      ? [`${path} holds ${JSON.stringify(value)}`]
      : [];
  }
  // Over the wire it would be null.
  if (typeof value === "number" && !Number.isFinite(value)) return [`${path} is ${value}`];
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...faults(name, `a name in ${path}`),
    ...faults(inner, `${path}.${name}`),
  ]);
}

/** Code points of an overview's text. */
const overviewLimit = 4500;
/** Code points of an overview for programs, as JSON. */
const structuredLimit = 45_000;

test("whatever becomes of a sample: an answer, every segment in it, nothing fetched that is not the job's, never too long", async () => {
  await fc.assert(
    fc.asyncProperty(
      damage,
      fc.constantFrom("overview", "text", "fields"),
      fc.option(fc.nat(3), { nil: undefined }),
      fc.integer({ min: 1, max: 300 }),
      async (given, view, segment, maxCharacters) => {
        const objects = damaged(given);
        const total = segmentsIn(objects);
        const input = { view, maxCharacters, ...(segment === undefined ? {} : { segment }) };
        const { answer, fetched } = await ask({ objects }, input);
        for (const uri of fetched) expect(uri).toStartWith(`s3://${bucket}/${prefix}`);
        expect(faults(answer)).toEqual([]);
        if (answer.isError) {
          expect(["metadata_unreadable", "no_such_segment", "not_found"]).toContain(
            String(answer.failure.code),
          );
          if (answer.failure.code === "metadata_unreadable") expect(total).toBeUndefined();
          if (answer.failure.code === "no_such_segment")
            expect(segment ?? 0).toBeGreaterThanOrEqual(total ?? 0);
          return;
        }
        const {
          segmentCount,
          segments,
          counts,
          segmentsNotDescribed = 0,
          text,
        } = answer.structuredContent as {
          segmentCount: number;
          segments?: { segment: number }[];
          counts?: { segments: number; outcomes: Record<string, number> };
          segmentsNotDescribed?: number;
          text?: string;
        };
        expect(segmentCount).toBe(total ?? -1);
        if (view === "overview" && segment === undefined) {
          expect(counts?.segments).toBe(total ?? -1);
          expect(Object.values(counts?.outcomes ?? {}).reduce((a, b) => a + b, 0)).toBe(total ?? -1);
          expect((segments?.length ?? 0) + segmentsNotDescribed).toBe(total ?? -1);
          expect(new Set(segments?.map((one) => one.segment)).size).toBe(segments?.length ?? 0);
        }
        if (view === "overview") {
          expect([...answer.text].length).toBeLessThan(overviewLimit);
          expect([...JSON.stringify(answer.structuredContent)].length).toBeLessThan(structuredLimit);
        } else {
          expect([...(text ?? "")].length).toBeLessThanOrEqual(maxCharacters);
          expect([...answer.text].length).toBeLessThanOrEqual(maxCharacters + 1500);
        }
      },
    ),
    { numRuns: 1500 },
  );
}, 60_000);

test("a job of many segments whose every text is as long as it likes stays within the same bounds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      fc.constantFrom("MATCH", "FALLBACK", "NO_MATCH", "?"),
      async (count, seed, status) => {
        const long = seed.repeat(Math.ceil(5000 / seed.length));
        const at = (file: string, index: number) => `0/${file}/${index}`;
        const objects: Record<string, Stored> = {
          "job_metadata.json": {
            semantic_modality: long,
            output_metadata: [
              {
                segment_metadata: Array.from({ length: count }, (_, index) => ({
                  standard_output_path: `s3://${bucket}/${prefix}${at("s", index)}`,
                  custom_output_path: `s3://${bucket}/${prefix}${at("c", index)}`,
                  custom_output_status: status === "?" ? long : status,
                })),
              },
            ],
          },
        };
        for (let index = 0; index < count; index += 1) {
          objects[at("s", index)] = { document: { summary: long, statistics: { [long]: 1 } } };
          objects[at("c", index)] = {
            matched_blueprint: { name: long, arn: long, version: long, confidence: 0.5 },
            document_class: { type: long },
            inference_result: Object.fromEntries(
              Array.from({ length: 30 }, (_, field) => [`${field}${long}`, long]),
            ),
            explainability_info: [
              Object.fromEntries(
                Array.from({ length: 30 }, (_, field) => [`${field}${long}`, { confidence: 0.1 }]),
              ),
            ],
          };
        }
        const { answer } = await ask({ objects });
        if (answer.isError) throw new Error(answer.text);
        expect([...answer.text].length).toBeLessThan(overviewLimit);
        expect([...JSON.stringify(answer.structuredContent)].length).toBeLessThan(structuredLimit);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
