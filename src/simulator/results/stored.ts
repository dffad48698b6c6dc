/** What lies under a key of a simulated bucket. */
export type Stored =
  | { readonly kind: "json"; readonly value: unknown }
  /** As it is, whatever it is. */
  | { readonly kind: "text"; readonly text: string }
  /** A JSON document of about this many bytes, made while it is sent. */
  | { readonly kind: "huge"; readonly bytes: number }
  /** S3 refuses to hand it out. */
  | { readonly kind: "refused"; readonly error: S3Error };

export interface S3Error {
  readonly code: string;
  readonly httpStatus: number;
  readonly message: string;
}

/** What one job wrote, by the part of the key that follows `job_metadata.json`'s folder. */
export type JobObjects = Readonly<Record<string, Stored>>;

export function json(value: unknown): Stored {
  return { kind: "json", value };
}

export function refused(code: string, httpStatus: number, message: string): Stored {
  return { kind: "refused", error: { code, httpStatus, message } };
}
