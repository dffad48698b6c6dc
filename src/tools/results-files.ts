import { setMaxListeners } from "node:events";
import type { InvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import type { ObjectAddress, ResultStore } from "../aws/s3-client.ts";
import { explainCallFailure } from "../jobs/explain-call-failure.ts";
import { type CustomOutput, readCustomOutput } from "../jobs/results/custom-output.ts";
import {
  type FileReading,
  readFile,
  summariseCustom,
  summariseStandard,
} from "../jobs/results/file-reading.ts";
import { type FilePlan, nameOf, type SegmentPlan } from "../jobs/results/plan.ts";
import { type JsonObject, type JsonReading, readResultJson } from "../jobs/results/result-json.ts";
import type { JobOutput } from "../jobs/results/s3-location.ts";
import { type SegmentFacts, segmentFacts } from "../jobs/results/segment-facts.ts";
import { readStandardOutput, type StandardOutput } from "../jobs/results/standard-output.ts";
import type { Clock } from "../ports.ts";
import type { ToolContext } from "./tool.ts";

/** How a job's files are read. */
export interface ResultsSource {
  readonly store: ResultStore;
  /** Bytes of one object that are read at most. */
  readonly maxBytes: number;
  /** Buckets that may be read. Empty: the job's own, whichever it is. */
  readonly allowedBuckets: readonly string[];
  /** Account that the bucket has to belong to: twelve digits. */
  readonly bucketOwner?: string;
  /** The clock's own. Without it an answer takes as long as it takes. */
  readonly after?: Clock["after"];
}

/** Milliseconds that an answer takes at most: many clients give up after 60 s (reference §7), and all would be lost. */
export const answerMs = 45_000;

/** A failed call, with the object that it was to bring. */
export class ObjectFailure extends Error {
  override readonly name = "ObjectFailure";
  readonly failure: CallError;
  readonly address: ObjectAddress;

  constructor(failure: CallError, address: ObjectAddress) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.address = address;
  }
}

/** Reads the files of one job on behalf of one call. */
export class ResultsFiles {
  readonly #source: ResultsSource;
  readonly #arn: InvocationArn;
  readonly #onBehalf: Pick<ToolContext, "caller" | "notes">;
  readonly #signal: AbortSignal;
  /** Aborts with the call, and when its time is up. */
  readonly #within: AbortSignal;

  /** `signal` ends everything; once `timeUp` has aborted nothing more is read, and an overview makes do with what it has. */
  constructor(
    source: ResultsSource,
    arn: InvocationArn,
    { caller, notes, signal }: Pick<ToolContext, "caller" | "notes" | "signal">,
    timeUp: AbortSignal,
  ) {
    this.#source = source;
    this.#arn = arn;
    this.#onBehalf = { caller, notes };
    this.#signal = signal;
    this.#within = AbortSignal.any([signal, timeUp]);
    // Each file that is read listens. Node takes more than ten listeners for a leak, and says so.
    setMaxListeners(0, this.#within);
  }

  /** `job_metadata.json`, or why it is none. @throws ObjectFailure */
  async metadata({ bucket, metadataKey }: JobOutput): Promise<JsonReading> {
    return readResultJson(await this.#get({ bucket, key: metadataKey }));
  }

  /** @throws ObjectFailure */
  standard(plan: FilePlan): Promise<FileReading<StandardOutput>> {
    return this.#file(plan, readStandardOutput);
  }

  /** @throws ObjectFailure */
  custom(plan: FilePlan): Promise<FileReading<CustomOutput>> {
    return this.#file(plan, readCustomOutput);
  }

  /**
   * Facts of segments from their files. A file that cannot be read costs its own segment only; `onFile` hears of
   * each that is done with. Of each file only its summary is kept. What is not there when the time is up is told too.
   * @throws ObjectFailure where nothing at all could be read, for a reason that lies in the way there
   */
  async facts(
    plans: readonly SegmentPlan[],
    job: { readonly modality?: string; readonly confidenceBelow: number },
    onFile: () => void,
  ): Promise<SegmentFacts[]> {
    const failures: ObjectFailure[] = [];
    let read = 0;
    const tolerated = async <T>(plan: FilePlan, load: () => Promise<FileReading<T>>) => {
      if (plan.kind !== "fetch") return { kind: "none" } as const;
      try {
        const reading = await load();
        read += 1;
        return reading;
      } catch (thrown) {
        if (!(thrown instanceof ObjectFailure) || this.#signal.aborted) throw thrown;
        failures.push(thrown);
        return thrown.failure === tooLate ? late(plan) : this.#told(plan, thrown);
      } finally {
        onFile();
      }
    };
    const facts = await Promise.all(
      plans.map(async (plan) => {
        const [standard, custom] = await Promise.all([
          tolerated(plan.standard, () =>
            this.#file(plan.standard, (json) => summariseStandard(readStandardOutput(json))),
          ),
          tolerated(plan.custom, () =>
            this.#file(plan.custom, (json) => summariseCustom(readCustomOutput(json), job.confidenceBelow)),
          ),
        ]);
        return segmentFacts(plan, { standard, custom }, job);
      }),
    );
    const onTheWay = failures.find(({ failure }) => !ofTheObject.includes(failure.code));
    if (read === 0 && onTheWay !== undefined) throw onTheWay;
    return facts;
  }

  async #file<T>(plan: FilePlan, read: (object: JsonObject) => T): Promise<FileReading<T>> {
    if (plan.kind !== "fetch") return plan;
    return readFile(plan.file, await this.#get(plan.address), read);
  }

  async #get(address: ObjectAddress): Promise<Uint8Array> {
    const { store, maxBytes, bucketOwner } = this.#source;
    try {
      return await store.getObject(address, {
        place: this.#arn,
        maxBytes,
        ...this.#onBehalf,
        signal: this.#within,
        ...(bucketOwner === undefined ? {} : { expectedBucketOwner: bucketOwner }),
      });
    } catch (thrown) {
      if (!(thrown instanceof CallError)) throw thrown;
      const isLate = thrown.code === "cancelled" && !this.#signal.aborted;
      throw new ObjectFailure(isLate ? tooLate : thrown, address);
    }
  }

  #told(plan: Extract<FilePlan, { kind: "fetch" }>, { failure, address }: ObjectFailure): FileReading<never> {
    const { meaning, remedy } = explainCallFailure(failure, this.#arn, address);
    return {
      kind: "problem",
      problem: {
        file: plan.file,
        kind: "not_fetched",
        code: failure.code,
        text: `Its ${nameOf(plan.file)} could not be read. ${meaning}`,
        remedy,
      },
    };
  }
}

const tooLate = new CallError("timeout", "The time for an answer is up.", {
  operation: "GetObject",
  timeoutMs: answerMs,
});

function late({ file }: Extract<FilePlan, { kind: "fetch" }>): FileReading<never> {
  return {
    kind: "problem",
    problem: {
      file,
      kind: "not_fetched",
      code: "too_late",
      text: `Its ${nameOf(file)} was not there when the ${answerMs / 1000} s of an answer were up.`,
      remedy: "S3 is slow: ask with segment for that one alone.",
    },
  };
}

/** Failures that say something of the one object, not of the way to all of them. */
const ofTheObject: readonly string[] = ["not_found", "too_large", "object_archived"];
