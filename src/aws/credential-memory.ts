import type { Clock, Log } from "../ports.ts";
import { CallError } from "./call-error.ts";
import { tooSlow } from "./credential-failure.ts";
import { checkKeys, sameKeys } from "./credential-keys.ts";
import type { RawCredentials } from "./credential-process.ts";
import {
  type CredentialOptions,
  type CredentialSource,
  type Credentials,
  keyIdEnding,
} from "./credentials.ts";
import { withDeadline } from "./deadline.ts";

/** Keys as they were found, and what is known of their source. */
export interface FoundCredentials extends RawCredentials {
  readonly source: string;
  /** Without an expiry, yet a person may change them any time: keys in a file. */
  readonly mayChange: boolean;
}

/**
 * Asks the source once, and settles in finite time. `onSource` learns which it is as soon as that is known.
 * @throws CallError
 */
export type AskSource = (onSource: (source: string) => void) => Promise<FoundCredentials>;

export const credentialTimes = {
  /** Keys are renewed this long before they expire. */
  renewBeforeMs: 5 * 60_000,
  /** Between two attempts to renew keys that are still good, and between two looks into a file. */
  pauseMs: 30_000,
  /** What a caller waits for a source. */
  waitMs: 10_000,
  /** What a caller waits for newer keys where it has good ones. */
  waitWithGoodOnesMs: 2_000,
} as const;

interface Held {
  readonly credentials: Credentials;
  readonly mayChange: boolean;
  /** `clock.monotonic()` before which the source is not asked again. */
  restUntil: number;
}

/**
 * Remembers what a source gave: asks once for all callers, renews before keys expire, forgets what AWS refused.
 * Dates by the wall clock, pauses by the other.
 */
export class CredentialMemory implements CredentialSource {
  readonly #askSource: AskSource;
  readonly #clock: Clock;
  readonly #log: Log;
  #held: Held | undefined;
  #refused: Credentials | undefined;
  /** The question that is under way. */
  #answer: Promise<Credentials> | undefined;
  /** The source that was asked last. */
  #source: string | undefined;

  constructor(askSource: AskSource, clock: Clock, log: Log) {
    this.#askSource = askSource;
    this.#clock = clock;
    this.#log = log;
  }

  async get({ signal, waitMs }: Pick<CredentialOptions, "signal" | "waitMs"> = {}): Promise<Credentials> {
    const held = this.#held;
    const good = held !== undefined && !this.#hasExpired(held.credentials) ? held.credentials : undefined;
    if (good !== undefined && !this.#isDue(held)) return good;
    const longestMs = good === undefined ? credentialTimes.waitMs : credentialTimes.waitWithGoodOnesMs;
    const allowedMs = Math.ceil(Math.min(longestMs, waitMs ?? longestMs));
    try {
      return await withDeadline(this.#clock, allowedMs, signal, () => this.#ask());
    } catch (thrown) {
      if (signal?.aborted) throw cancelled(signal.reason);
      if (held !== undefined && good !== undefined && held === this.#held) {
        held.restUntil = this.#nextLook();
        return good;
      }
      throw this.#tooSlow(thrown) ?? thrown;
    }
  }

  refused(credentials: Credentials): void {
    this.#refused = credentials;
    if (this.#held !== undefined && sameKeys(this.#held.credentials, credentials)) this.#held = undefined;
  }

  #hasExpired({ expiresAt }: Credentials): boolean {
    return expiresAt !== undefined && expiresAt <= this.#clock.now();
  }

  #isDue(held: Held | undefined): boolean {
    if (held === undefined || this.#clock.monotonic() < held.restUntil) return false;
    const { expiresAt } = held.credentials;
    if (expiresAt === undefined) return held.mayChange;
    return expiresAt - credentialTimes.renewBeforeMs <= this.#clock.now();
  }

  /** Joins the question that is under way, or asks. Callers who leave do not end it. */
  #ask(): Promise<Credentials> {
    if (this.#answer !== undefined) return this.#answer;
    const answer = this.#askSource((source) => {
      this.#source = source;
    })
      .then((found) => this.#settle(found))
      .catch((thrown: unknown) => this.#fail(thrown))
      .finally(() => {
        this.#answer = undefined;
      });
    this.#answer = answer;
    return answer;
  }

  #settle(found: FoundCredentials): Credentials {
    const { mayChange, ...keys } = found;
    checkKeys(keys);
    const known = [this.#held?.credentials, this.#refused].find((old) => old && sameKeys(old, keys));
    const credentials: Credentials = { ...keys, signingKeys: known?.signingKeys ?? new Map() };
    const remember =
      !this.#hasExpired(credentials) &&
      !(this.#refused !== undefined && sameKeys(this.#refused, credentials));
    if (remember) this.#held = { credentials, mayChange, restUntil: this.#nextLook() };
    this.#log.debug("Credentials found", {
      source: keys.source,
      keyEndsIn: keyIdEnding(keys.accessKeyId),
    });
    return credentials;
  }

  #fail(thrown: unknown): never {
    const failure = asCallError(thrown);
    const { code, facts } = failure;
    const keep = this.#held !== undefined && !this.#hasExpired(this.#held.credentials);
    this.#log.warn(
      keep
        ? "Credentials could not be renewed; the old ones are used while they last"
        : "No credentials could be had",
      { code, reason: failure.message, source: facts.credentialSource, awsError: facts.awsErrorName },
    );
    throw failure;
  }

  #nextLook(): number {
    return this.#clock.monotonic() + credentialTimes.pauseMs;
  }

  #tooSlow(thrown: unknown): CallError | undefined {
    // A call of AWS's that took too long says itself which it was.
    if (!(thrown instanceof CallError) || thrown.facts.operation !== undefined) return undefined;
    return tooSlow(thrown)?.with(this.#source === undefined ? {} : { credentialSource: this.#source });
  }
}

function cancelled(reason: unknown): CallError {
  return reason instanceof CallError
    ? reason
    : new CallError("cancelled", "Waiting for credentials was cancelled.");
}

function asCallError(thrown: unknown): CallError {
  return thrown instanceof CallError
    ? thrown
    : new CallError("credentials_failed", "The source of the credentials failed in an unknown way.");
}
