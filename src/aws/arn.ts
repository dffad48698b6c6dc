import { partitionById, partitionOfRegion } from "./partitions.ts";

/** A data automation invocation's ARN, taken apart. Every part has been checked; `region` is safe in a host name. */
export interface InvocationArn {
  /** The whole ARN as AWS writes it, without blanks around it. */
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** `insights-invocation` is the type's name before November 2025. */
  readonly resourceType: "data-automation-invocation" | "insights-invocation";
  /** Usually a UUID; the service allows letters, digits, `-` and `_`. */
  readonly jobId: string;
}

/** Why a text is not an invocation ARN, with what it seems to be instead. */
export type ArnProblem =
  | { readonly kind: "empty" | "blanks_inside" | "malformed" }
  /** An invocation ARN, but for capital letters where AWS writes small ones. */
  | { readonly kind: "capitals" }
  /** An invocation ARN within marks: those before it and those after it, in one text. */
  | { readonly kind: "wrapped"; readonly marks: string }
  /** `data-automation-invocation:<id>` */
  | { readonly kind: "colon_for_slash" }
  | { readonly kind: "too_long"; readonly length: number }
  | { readonly kind: "s3_uri" | "job_id" }
  | { readonly kind: "other_bedrock_resource"; readonly resourceType: string }
  | { readonly kind: "other_service"; readonly service: string }
  | { readonly kind: "bad_partition"; readonly partition: string }
  | { readonly kind: "bad_region"; readonly region: string }
  | {
      readonly kind: "region_of_other_partition";
      readonly region: string;
      readonly partition: string;
      /** The partition that this region does belong to. */
      readonly regionPartition: string;
    }
  | { readonly kind: "bad_account"; readonly accountId: string }
  | { readonly kind: "bad_job_id"; readonly jobId: string };

/** An ARN taken apart, or what the text is instead and what would be right. */
export type ArnReading =
  | { readonly ok: true; readonly arn: InvocationArn }
  | { readonly ok: false; readonly problem: ArnProblem };

/** The service model's limit on an invocation ARN, in characters. */
const invocationArnMaxLength = 128;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Marks that people and programs put around an ARN. */
const marksBefore = /^[<([{"'`\u2018-\u201f\u00ab\u2039]+/;
const marksAfter = /[>)\]}"'`\u2018-\u201f\u00bb\u203a]+$/;

/** Takes an invocation ARN apart, or says what the text is instead. Never throws; blanks around it are allowed. */
export function readInvocationArn(given: string): ArnReading {
  const text = given.trim();
  const reading = read(text);
  if (reading.ok || text.length > 2 * invocationArnMaxLength) return reading;
  const bare = text.replace(marksBefore, "").replace(marksAfter, "");
  if (bare !== text && read(bare).ok) {
    return { ok: false, problem: { kind: "wrapped", marks: text.replace(bare, "") } };
  }
  // Of a job's id alone it is not known that it has no capital letters.
  const small = text.replace(/^[^/]+/, (place) => place.toLowerCase());
  return small !== text && read(small).ok ? { ok: false, problem: { kind: "capitals" } } : reading;
}

/** `text` has no blanks around it. */
function read(text: string): ArnReading {
  const problem = (what: ArnProblem): ArnReading => ({ ok: false, problem: what });
  if (text === "") return problem({ kind: "empty" });
  if (/^s3:\/\//i.test(text)) return problem({ kind: "s3_uri" });
  if (uuid.test(text)) return problem({ kind: "job_id" });
  if (/\s/.test(text)) return problem({ kind: "blanks_inside" });

  const [prefix, partition = "", service = "", region = "", accountId = "", ...rest] = text.split(":");
  const resource = rest.join(":");
  if (prefix !== "arn" || rest.length === 0) return problem({ kind: "malformed" });
  if (service !== "bedrock") return problem({ kind: "other_service", service });

  const [resourceType = ""] = resource.split(/[/:]/, 1);
  const separator = resource.charAt(resourceType.length);
  const jobId = resource.slice(resourceType.length + 1);
  if (resourceType !== "data-automation-invocation" && resourceType !== "insights-invocation") {
    return problem({ kind: "other_bedrock_resource", resourceType });
  }
  if (separator === ":") return problem({ kind: "colon_for_slash" });
  if (text.length > invocationArnMaxLength) return problem({ kind: "too_long", length: text.length });
  const knownPartition = partitionById(partition);
  if (knownPartition === undefined) return problem({ kind: "bad_partition", partition });
  if (!knownPartition.regionPattern.test(region)) {
    const regionPartition = partitionOfRegion(region)?.id;
    return problem(
      regionPartition === undefined
        ? { kind: "bad_region", region }
        : { kind: "region_of_other_partition", region, partition, regionPartition },
    );
  }
  if (!/^[0-9]{12}$/.test(accountId)) return problem({ kind: "bad_account", accountId });
  if (!/^[a-zA-Z0-9_-]+$/.test(jobId)) return problem({ kind: "bad_job_id", jobId });
  return { ok: true, arn: { text, partition, region, accountId, resourceType, jobId } };
}

/** Every job of this ARN's account and region, as an IAM policy names them. */
export function invocationsOf(arn: Pick<InvocationArn, "partition" | "region" | "accountId">): string {
  return `arn:${arn.partition}:bedrock:${arn.region}:${arn.accountId}:data-automation-invocation/*`;
}
