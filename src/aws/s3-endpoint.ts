import { CallError } from "./call-error.ts";
import { type EndpointSettings, resolveEndpoint } from "./endpoint.ts";

/** One object in S3. The key is exactly as S3 has it: nothing encoded, nothing folded, `//` is `//`. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Where S3 is asked: a partition, and a region of it. */
export interface S3Place {
  readonly partition: string;
  readonly region: string;
}

/**
 * Bucket names that may stand in a host name: with a dot in it, AWS's certificate would not fit
 * [S3 User Guide, "Virtual hosting of buckets"].
 */
const virtualHostable = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** What S3 takes as a bucket's name today; anything else could change the host or path. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * The URL of an object. AWS's own hosts take the bucket in the host name where they can; a custom endpoint takes it
 * in the path, as the AWS CLI does, because few of them have a name for every bucket.
 * @throws CallError `configuration` where the settings or the address cannot be used
 */
export function resolveObjectUrl(address: ObjectAddress, place: S3Place, settings: EndpointSettings): URL {
  if (!bucketName.test(address.bucket) || address.bucket.includes("..")) {
    throw new CallError("configuration", "The bucket's name is not one that S3 has.");
  }
  const path = encodeKey(address.key);
  const base = serviceUrl(place, settings);
  if (settings.endpointUrl === undefined && virtualHostable.test(address.bucket)) {
    return new URL(`https://${address.bucket}.${base.host}/${path}`);
  }
  return new URL(`${base.href.replace(/\/$/, "")}/${address.bucket}/${path}`);
}

function serviceUrl(place: S3Place, settings: EndpointSettings): URL {
  const { useFips, useDualStack, endpointUrl } = settings;
  if (useFips && place.partition === "aws-cn") {
    throw new CallError("configuration", "S3 has no FIPS endpoints in China.", {
      setting: "AWS_USE_FIPS_ENDPOINT",
    });
  }
  if (endpointUrl !== undefined || !useDualStack) return resolveEndpoint("s3", place, settings);
  // S3 names dual-stack hosts in a way of its own: the partition's usual suffix, and `dualstack.` before the region.
  const prefix = useFips ? "s3-fips.dualstack" : "s3.dualstack";
  return resolveEndpoint(prefix, place, { useFips: false, useDualStack: false });
}

/**
 * A key as it stands in a URL's path: every byte but RFC 3986's unreserved ones is escaped, `/` stays. A key with a
 * segment `.` or `..` has no URL: every WHATWG URL folds it, escaped or not, and another object would be asked for.
 * @throws CallError `configuration`
 */
function encodeKey(key: string): string {
  if (
    key === "" ||
    /\p{Surrogate}/u.test(key) ||
    key.split("/").some((part) => part === "." || part === "..")
  ) {
    throw new CallError("configuration", "The object's key cannot be written in a URL.");
  }
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}
