/** What each setting may be. */
import { z } from "zod";
import { partitionOfRegion } from "./aws/partitions.ts";
import { namedTokens, trustedUrl } from "./config-access.ts";
import { isRoleArn, readCallerTag } from "./config-callers.ts";
import { longestWaitSeconds } from "./settings/settings.ts";

function wholeNumber(least: number, most: number, unit = "") {
  const error = `must be a whole number${unit} from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

const secondsError = "must be a number of seconds over 0, at most 600";
const seconds = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, secondsError)
  .transform(Number)
  .pipe(z.number().positive(secondsError).max(600, secondsError));

function oneOf<const Word extends string>(words: readonly Word[]) {
  const error = `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, { error: () => error }));
}

export const configSchema = z.object({
  json: z.boolean(),
  simulate: z.boolean(),
  profile: z.string().optional(),
  host: z
    .string()
    .regex(/^[\w.-]+$|^\[?[\da-f:.]*:[\da-f:.]*\]?$/i, "must be a host name or address, without port")
    .transform((host) => host.replace(/^\[|\]$/g, "").toLowerCase()),
  port: wholeNumber(0, 65535),
  path: z.string().regex(/^\/[\w\-./]*$/, "must begin with / and hold letters, digits and -_./ only"),
  allowedHosts: z.array(
    z.string().regex(/^[a-z0-9.-]+$|^\[[0-9a-f:]+\]$|^\*$/i, "must be a host name, without port, or *"),
  ),
  allowedOrigins: z.array(
    z.string().regex(/^https?:\/\/[^/\s]+$/i, "must be like https://app.example, without a path"),
  ),
  /** Absent: no figures. */
  metrics: z
    .union([z.literal("same"), wholeNumber(0, 65535)], {
      error: () => "must be a port from 0 to 65535, or same",
    })
    .optional(),
  metricsToken: z
    .string()
    .regex(/^[!-~]{16,}$/, "must have at least 16 characters, of ASCII and without blanks")
    .optional(),
  behindAuth: z.boolean(),
  authToken: namedTokens.optional(),
  oidcIssuer: trustedUrl("https://login.example.com").optional(),
  oidcAudiences: z.array(z.string().max(500, "must have at most 500 characters")),
  publicUrl: trustedUrl("https://mcp.example.com/mcp").optional(),
  allowedAccounts: z.array(z.string().regex(/^\d{12}$/, "must be an account's twelve digits")),
  allowedRegions: z.array(
    z
      .string()
      .toLowerCase()
      .refine((region) => partitionOfRegion(region) !== undefined, "must be a region, like us-east-1"),
  ),
  maxInFlight: wholeNumber(1, 100_000),
  maxInFlightPerCaller: wholeNumber(1, 100_000),
  maxWaits: wholeNumber(1, 100_000),
  maxWaitsPerCaller: wholeNumber(1, 100_000),
  drainSeconds: wholeNumber(0, 3_600, " of seconds"),
  callerRole: z
    .string()
    .refine(isRoleArn, "must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/bda-readers")
    .optional(),
  callerTags: z
    .array(z.string().transform(readCallerTag))
    .max(50, "must be fifty or fewer: AWS takes no more session tags")
    .refine(
      (tags) => new Set(tags.map(({ key }) => key.toLowerCase())).size === tags.length,
      "must name each key once: AWS tells them apart without regard to case",
    ),
  /** Seconds. Absent: do not wait. */
  wait: wholeNumber(1, longestWaitSeconds, " of seconds").optional(),
  text: z.boolean(),
  /** Absent: all of them. */
  segment: wholeNumber(0, 100_000).optional(),
  // A switch in a form, as Claude Desktop shows it, says true or false.
  results: z
    .string()
    .transform((word) => ({ true: "on", false: "off" })[word.toLowerCase()] ?? word)
    .pipe(oneOf(["on", "off"])),
  allowedBuckets: z.array(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket, without s3://"),
  ),
  bucketOwner: z
    .string()
    .regex(/^\d{12}$/, "must be an account's twelve digits")
    .optional(),
  output: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/s, "must be like s3://bucket/prefix/")
    .optional(),
  kmsKey: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a KMS key")
    .optional(),
  maxResultBytes: wholeNumber(1024, 999_999_999),
  taskKey: z.string().min(16, "must have at least 16 characters").optional(),
  logLevel: oneOf(["debug", "info", "warn", "error", "silent"]),
  logFormat: oneOf(["auto", "text", "json"]),
  attemptTimeout: seconds,
  callTimeout: seconds,
  /** Absent: the profile decides, else 3. */
  maxCallsPerSecond: wholeNumber(1, 100_000),
  maxAttempts: wholeNumber(1, 100).optional(),
});

/** Every setting, checked; seconds and bytes as numbers. */
export type Config = z.output<typeof configSchema>;
