import { CallError } from "./call-error.ts";
import type { RawCredentials } from "./credential-process.ts";

export function sameKeys(one: RawCredentials, other: RawCredentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/**
 * A key with other characters would end up in an error of `fetch` about a bad header, word for word.
 * @throws CallError `credentials_failed`
 */
export function checkKeys({ accessKeyId, secretAccessKey, sessionToken }: RawCredentials): void {
  for (const value of [accessKeyId, secretAccessKey, sessionToken]) {
    if (value === undefined || /^[\x21-\x7e]+$/.test(value)) continue;
    throw new CallError("credentials_failed", "The source gave keys with characters that no key has.");
  }
}
