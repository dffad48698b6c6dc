import type { Random } from "../ports.ts";

/** What a task is, all of it: its id says it, so that any process with the same key can answer for it. */
export interface TaskFacts {
  /** From outside still: only the key's holder is vouched for. Read it as every ARN before use. */
  readonly invocationArn: string;
  /** Wall time in whole milliseconds since 1970. */
  readonly createdAt: number;
  /** Whole milliseconds from `createdAt` for which the task may be asked about. */
  readonly ttl: number;
  /** Whole milliseconds that a client should let pass between two questions. */
  readonly pollInterval: number;
  /** Whole seconds after `createdAt` at which the task is over, whatever the job does. */
  readonly timeoutSeconds: number;
}

/** A key that ids are sealed with. Made by `taskKey`. */
export interface TaskKey {
  readonly hmac: CryptoKey;
}

const version = "bda1";
const sealBytes = 16;
/** An ARN has at most 128 characters; the rest is under 80. */
const maxLength = 256;

const resourceTypes = { d: "data-automation-invocation", i: "insights-invocation" } as const;

const idPattern = new RegExp(
  `^${version}\\.(aws[a-z-]*)\\.([a-z0-9-]+)\\.([0-9]{12})\\.([di])\\.([a-zA-Z0-9_-]+)` +
    "\\.([0-9a-z]{1,10})\\.([0-9a-z]{1,8})\\.([0-9a-z]{1,8})\\.([0-9a-z]{1,4})\\.[0-9a-z]{6}\\.[a-zA-Z0-9_-]{22}$",
);
const arnPattern =
  /^arn:(aws[a-z-]*):bedrock:([a-z0-9-]+):([0-9]{12}):(data-automation-invocation|insights-invocation)\/([a-zA-Z0-9_-]+)$/;

/**
 * The key for a configured secret. Without one it follows from the product alone: then an id is safe from damage
 * and mix-ups, not from forgers. A forged one buys nothing that its caller could not ask for by the ARN.
 */
export async function taskKey(secret?: string): Promise<TaskKey> {
  const material = new TextEncoder().encode(
    JSON.stringify(["bedrock-data-automation-mcp task", secret ?? null]),
  );
  const digest = await crypto.subtle.digest("SHA-256", material);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return { hmac: await crypto.subtle.importKey("raw", digest, algorithm, false, ["sign"]) };
}

/**
 * An id for a task of this caller: URL-safe, about 120 characters, and no two alike, save by a chance of one in two
 * thousand million in the same millisecond.
 * @throws RangeError if a fact is not of its form: a fault of this program
 */
export async function makeTaskId(
  facts: TaskFacts,
  caller: string,
  key: TaskKey,
  random: Random,
): Promise<string> {
  const [, partition, region, accountId, type, jobId] = arnPattern.exec(facts.invocationArn) ?? [];
  if (jobId === undefined) throw new RangeError("a task needs an invocation ARN");
  const numbers = [facts.createdAt, facts.ttl, facts.pollInterval, facts.timeoutSeconds];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new RangeError("a task's times must be whole numbers, not negative");
  }
  const nonce = Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, "0");
  const code = type === resourceTypes.i ? "i" : "d";
  const body = [
    version,
    partition,
    region,
    accountId,
    code,
    jobId,
    ...numbers.map((number) => number.toString(36)),
    nonce,
  ].join(".");
  const id = `${body}.${await seal(body, caller, key)}`;
  if (!idPattern.test(id)) throw new RangeError("a task's times are too large");
  return id;
}

/**
 * The task that an id stands for; absent if it is not ours, was changed, belongs to another caller, or if its time
 * is over at `now` (wall milliseconds). Never throws, whatever the text: an unknown task is one like another.
 */
export async function readTaskId(
  id: string,
  caller: string,
  key: TaskKey,
  now: number,
): Promise<TaskFacts | undefined> {
  if (id.length > maxLength) return undefined;
  const parts = idPattern.exec(id);
  if (parts === null) return undefined;
  const end = id.lastIndexOf(".");
  if (!sameText(await seal(id.slice(0, end), caller, key), id.slice(end + 1))) return undefined;
  const [, partition, region, accountId, code, jobId, ...numbers] = parts;
  const [createdAt = 0, ttl = 0, pollInterval = 0, timeoutSeconds = 0] = numbers.map((text) =>
    Number.parseInt(text, 36),
  );
  if (now > createdAt + ttl) return undefined;
  const type = code === "i" ? resourceTypes.i : resourceTypes.d;
  const invocationArn = `arn:${partition}:bedrock:${region}:${accountId}:${type}/${jobId}`;
  return { invocationArn, createdAt, ttl, pollInterval, timeoutSeconds };
}

/** HMAC-SHA-256 over body and caller, the first half of it, base64url. The caller is in no id, only in its seal. */
async function seal(body: string, caller: string, { hmac }: TaskKey): Promise<string> {
  const sealed = new TextEncoder().encode(JSON.stringify([body, caller]));
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, sealed), 0, sealBytes);
  return btoa(String.fromCharCode(...mac))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** In a time that does not depend on where they differ. */
function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
