/** What AWS says of a job: its seven fields, under its names, absent where AWS left them out. */
export interface JobStatus {
  /** Created, InProgress, Success, ServiceError or ClientError [model]; anything else is passed through. From outside. */
  readonly status?: string;
  /** Free text. From outside. */
  readonly errorType?: string;
  /** Free text. From outside. */
  readonly errorMessage?: string;
  readonly outputConfiguration?: { readonly s3Uri?: string };
  /** ISO-8601 in UTC with milliseconds. */
  readonly jobSubmissionTime?: string;
  /** ISO-8601 in UTC with milliseconds. */
  readonly jobCompletionTime?: string;
  readonly jobDurationInSeconds?: number;
}

/**
 * Reads an answer of GetDataAutomationStatus. Every field is optional in the model, so one that is missing, null, a
 * text of nothing that is seen, or of another form costs only itself; `onIllTyped` hears of the last sort.
 */
export function readJobStatus(
  answer: Readonly<Record<string, unknown>>,
  onIllTyped: (field: string) => void,
): JobStatus {
  const read = <T>(field: string, value: unknown, reader: (value: unknown) => T | undefined) => {
    if (value === undefined || value === null || isBlank(value)) return undefined;
    const result = reader(value);
    if (result === undefined) onIllTyped(field);
    return result;
  };
  const output = read("outputConfiguration", answer.outputConfiguration, (value) =>
    typeof value === "object" ? (value as { s3Uri?: unknown }) : undefined,
  );
  const s3Uri = read("outputConfiguration.s3Uri", output?.s3Uri, text);
  return present({
    status: read("status", answer.status, text),
    errorType: read("errorType", answer.errorType, text),
    errorMessage: read("errorMessage", answer.errorMessage, text),
    outputConfiguration: s3Uri === undefined ? undefined : { s3Uri },
    jobSubmissionTime: read("jobSubmissionTime", answer.jobSubmissionTime, timestamp),
    jobCompletionTime: read("jobCompletionTime", answer.jobCompletionTime, timestamp),
    jobDurationInSeconds: read("jobDurationInSeconds", answer.jobDurationInSeconds, (value) =>
      typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined,
    ),
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Words of which nobody sees any are none. */
function isBlank(value: unknown): boolean {
  return typeof value === "string" && !/[^\s\p{C}\p{Default_Ignorable_Code_Point}]/u.test(value);
}

/** ISO-8601 with or without an offset or fraction, or seconds since 1970 with a fraction: AWS has sent both forms. */
function timestamp(value: unknown): string | undefined {
  const milliseconds =
    typeof value === "number"
      ? Math.round(value * 1000)
      : typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)
        ? Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`)
        : Number.NaN;
  // A year of another length is a figure in another unit: milliseconds, where seconds are wanted.
  const isTime = milliseconds >= 0 && milliseconds < Date.UTC(10_000, 0);
  return isTime ? new Date(milliseconds).toISOString() : undefined;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same object without the keys that have no value. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
