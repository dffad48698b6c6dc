import crypto, { createHash, createHmac } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";

/**
 * aws4fetch's signer with the hashes of `node:crypto`. What is signed is aws4fetch's work; only hashing it is not:
 * WebCrypto sends each of the three hashes through a thread pool, which takes ten times as long as all the rest.
 */
export class Signer extends AwsV4Signer {
  /** The headers that are signed, but `Host`, which `fetch` makes. */
  readonly signedWith: Readonly<Record<string, string>> = Object.fromEntries(this.headers);

  /** The `Authorization` header of a request with this body. It is read before anything is waited for. */
  authorize(body: string | undefined): Promise<string> {
    this.body = body ?? null;
    return this.authHeader();
  }

  override async hexBodyHash(): Promise<string> {
    const { body } = this;
    if (this.headers.has("x-amz-content-sha256") || (body != null && typeof body !== "string")) {
      return super.hexBodyHash();
    }
    return sha256(body ?? "");
  }

  override async stringToSign(): Promise<string> {
    const hash = sha256(await this.canonicalString());
    return ["AWS4-HMAC-SHA256", this.datetime, this.credentialString, hash].join("\n");
  }

  override async signature(): Promise<string> {
    return hmac(this.#signingKey(), await this.stringToSign()).toString("hex");
  }

  #signingKey(): ArrayBuffer | Uint8Array {
    const date = this.datetime.slice(0, 8);
    const name = [date, this.region, this.service].join();
    const known = this.cache.get(name);
    if (known !== undefined) return known;
    const key = [this.region, this.service, "aws4_request"].reduce<Uint8Array>(
      hmac,
      hmac(`AWS4${this.secretAccessKey}`, date),
    );
    this.cache.set(name, key.slice().buffer);
    return key;
  }
}

/** At once where the runtime can (not on Node before 20.12), which spares it an object. */
const sha256 =
  "hash" in crypto
    ? (text: string): string => crypto.hash("sha256", text, "hex")
    : (text: string): string => createHash("sha256").update(text).digest("hex");

function hmac(key: string | ArrayBuffer | Uint8Array, text: string): Buffer {
  return createHmac(
    "sha256",
    typeof key === "string" || key instanceof Uint8Array ? key : new Uint8Array(key),
  )
    .update(text)
    .digest();
}
