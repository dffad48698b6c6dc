import type { Caller } from "../caller.ts";

/** Keys to sign with, and where they came from. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970 after which AWS refuses them; absent for long-lived keys. */
  readonly expiresAt?: number;
  /** For people, never a secret: `environment`, `profile dev (SSO)`, `instance metadata`. */
  readonly source: string;
  /** Derived signing keys of exactly these credentials (aws4fetch's cache). Gone when they rotate. */
  readonly signingKeys: Map<string, ArrayBuffer>;
}

/** An access key's id as AWS makes them. */
const keyIdPattern = /^[A-Z0-9]{16,128}$/;

/**
 * The last four characters of an access key's id, by which a person knows it again. Nothing where the text is not of
 * AWS's form: then it may be a secret in the wrong place.
 */
export function keyIdEnding(accessKeyId: string): string | undefined {
  return keyIdPattern.test(accessKeyId) ? accessKeyId.slice(-4) : undefined;
}

export interface CredentialOptions {
  /** On whose behalf. A source that knows no callers gives the same to all. */
  readonly caller?: Caller | undefined;
  /** Region of the call that they are for: where they are asked for, where there is a choice. */
  readonly region?: string | undefined;
  /** Milliseconds that whoever asks can wait at most. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where credentials come from. One source serves the whole process and is shared by every client.
 * `get` answers from memory while they are good, refreshes them before they expire, and asks once for all callers.
 */
export interface CredentialSource {
  /** @throws CallError `no_credentials`, `login_expired`, `credentials_failed`, `runtime_permission`, `cancelled` */
  get(options?: CredentialOptions): Promise<Credentials>;
  /** AWS says that these have expired or do not exist: never hand out the same ones from memory again. */
  refused(credentials: Credentials): void;
}
