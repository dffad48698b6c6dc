import type { Caller } from "../caller.ts";
import type { Clock, Log } from "../ports.ts";
import { RecentMap } from "../recent-map.ts";
import { CallError, type CallErrorFacts } from "./call-error.ts";
import { CredentialMemory } from "./credential-memory.ts";
import type { CredentialOptions, CredentialSource, Credentials } from "./credentials.ts";
import { partitionOfArn } from "./partitions.ts";
import { type CallerTag, type RoleSession, roleSession } from "./role-session.ts";
import type { SecurityTokenService } from "./sts-client.ts";

/** The role that is assumed for each caller. */
export interface CallerRole {
  readonly arn: string;
  /** Each is required of every caller. */
  readonly tags: readonly CallerTag[];
}

export interface CallerCredentialsParts {
  readonly role: CallerRole;
  /** Signs with this server's own credentials. */
  readonly sts: () => Promise<Pick<SecurityTokenService, "assumeRole">>;
  readonly clock: Clock;
  readonly log: Log;
}

/** All that a role may be assumed for by one that was itself assumed [IAM User Guide, "Role chaining"]. */
const sessionSeconds = 3600;

/** Sessions that are remembered: the one used longest ago is forgotten first, and assumed anew when it is wanted. */
const maxSessions = 2_000;

/** For this long a refusal is given again without a call to STS. */
const failureRestMs = 1_000;

interface Held {
  readonly memory: CredentialMemory;
  /** The region of the latest call: STS is asked there. */
  region: string;
  failure: unknown;
  /** Monotonic. */
  failedUntil: number;
}

/**
 * A role's credentials, assumed for each caller apart, so that AWS decides by who asks. Whoever has no identity, or
 * lacks a claim that a tag is made from, gets none; the server's own are never given in their place.
 */
export class CallerCredentials implements CredentialSource {
  readonly #parts: CallerCredentialsParts;
  readonly #partition: string;
  readonly #defaultRegion: string;
  readonly #held = new RecentMap<string, Held>(maxSessions);
  readonly #memories = new WeakMap<Credentials, CredentialMemory>();

  /** @throws CallError `configuration` where the role's ARN names no partition that is known */
  constructor(parts: CallerCredentialsParts) {
    this.#parts = parts;
    const partition = partitionOfArn(parts.role.arn);
    if (partition === undefined) {
      throw new CallError("configuration", "The caller role's ARN names no partition of AWS's.", {
        setting: "--caller-role",
      });
    }
    this.#partition = partition.id;
    this.#defaultRegion = partition.defaultRegion;
  }

  /** @throws CallError also `caller_not_known`, `claim_missing`, and whatever AssumeRole comes to */
  async get({ caller, region, signal, waitMs }: CredentialOptions = {}): Promise<Credentials> {
    const { clock, role } = this.#parts;
    const session = sessionFor(caller, role);
    const held = this.#heldFor(caller, session);
    held.region = region ?? this.#defaultRegion;
    if (clock.monotonic() < held.failedUntil) throw held.failure;
    try {
      const credentials = await held.memory.get({ signal, waitMs });
      this.#memories.set(credentials, held.memory);
      return credentials;
    } catch (thrown) {
      if (signal?.aborted !== true) {
        held.failure = thrown;
        held.failedUntil = clock.monotonic() + failureRestMs;
      }
      throw thrown;
    }
  }

  refused(credentials: Credentials): void {
    this.#memories.get(credentials)?.refused(credentials);
  }

  /** Who has other claims than before gets another session: the old one has rights that may be gone. */
  #heldFor(caller: Caller | undefined, session: RoleSession): Held {
    const key = JSON.stringify([caller?.id, session.name, session.tags]);
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const { clock, log } = this.#parts;
    const ask = () => this.#assume(session, held.region);
    const held: Held = {
      memory: new CredentialMemory(ask, clock, logAbout(session, log)),
      region: this.#defaultRegion,
      failure: undefined,
      failedUntil: Number.NEGATIVE_INFINITY,
    };
    this.#held.set(key, held);
    return held;
  }

  async #assume(session: RoleSession, region: string) {
    const { role, sts } = this.#parts;
    const request = { roleArn: role.arn, session, durationSeconds: sessionSeconds };
    try {
      const client = await sts();
      const keys = await client.assumeRole(request, { partition: this.#partition, region });
      return { ...keys, source: `caller role ${nameOf(role.arn)} as ${session.name}`, mayChange: false };
    } catch (thrown) {
      throw thrown instanceof CallError ? thrown.with(factsOf(role)) : thrown;
    }
  }
}

function sessionFor(caller: Caller | undefined, role: CallerRole): RoleSession {
  try {
    return roleSession(caller, role.tags);
  } catch (thrown) {
    throw thrown instanceof CallError ? thrown.with(factsOf(role)) : thrown;
  }
}

function factsOf({ arn, tags }: CallerRole): CallErrorFacts {
  return {
    roleArn: arn,
    ...(tags.length === 0 ? {} : { sessionTags: tags.map(({ key }) => key).join(", ") }),
  };
}

function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

function logAbout({ name }: RoleSession, log: Log): Log {
  const about =
    (level: keyof Log): Log["info"] =>
    (message, fields) =>
      log[level](message, { ...fields, session: name });
  return { debug: about("debug"), info: about("info"), warn: about("warn"), error: about("error") };
}
