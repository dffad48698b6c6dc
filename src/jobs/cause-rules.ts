import { bedrockArn, invocationsOf, type Place, viaService } from "./arn-names.ts";
import type { PossibleCause } from "./explanation.ts";
import { concurrencyText, limitsText, type Modality } from "./limits.ts";
import { profileArnOf, profileInEveryRegion } from "./profiles.ts";

/** One row: the words of a message, and what they may mean. Names in the text are searched word by word. */
export interface CauseRule {
  /** All have to occur. */
  readonly words: readonly RegExp[];
  /** Does not apply where this occurs. */
  readonly unless?: RegExp;
  /** The cause goes away by itself: then the same job may do later, with nothing mended. */
  readonly passes?: true;
  readonly explain: (place: Place, message: FoundWords) => Omit<PossibleCause, "basedOn">;
}

/** What a rule found in a message. */
export interface FoundWords {
  /** The words that matched, in the order of `words`. */
  readonly found: string;
  /** All of AWS's message. */
  readonly text: string;
}

/**
 * What may stand between two words of one sentence: at most so many others. File names, keys and figures hold dots and
 * semicolons; only before a blank or at the end does one end a sentence. Each character can be read in one way alone,
 * so that a search costs no more than so many words for each place where it begins.
 */
function gap(words: number): string {
  const inWord = "(?:[^\\s.;]|[.;](?!\\s|$))";
  return `${inWord}{0,300}?(?:\\s${inWord}{0,300}?){0,${words + 1}}?`;
}

/** One word, as a file's name can be one. */
const word = "[\\w/-]+(?:\\.[\\w/-]+)*";

const denied =
  /\b(?:access[ -]?denied|denied access|permissions?|forbidden|un-?authorized|not authorized|explicit deny|no identity-based policy)\b/i;
const bedrockResource =
  /\b(?:arn:[\w-]+:bedrock:[\w-]*:\w*:)?(?:blueprint|data-automation-(?:invocation|project|library))\/[\w*.:-]+/i;
const profileResource = /\barn:[\w-]+:bedrock:[\w-]*:\w*:data-automation-profile\/[\w.-]+/i;
const profileInvalid =
  /\bdata[ -]?automation[ -]?profile\b.{0,80}?\b(?:invalid|not valid|malformed|does not exist|not found|mismatch|does not match)\b|\b(?:invalid|malformed|unknown)\b.{0,40}?\bdata[ -]?automation[ -]?profile\b/i;
const kms = /\b(?:KMS|customer[ -]managed key|encryption key)\b/i;
const isProtected = either(
  "\\bpassword(?:s|[ -]protected)?\\b",
  `\\b(?:encrypted|protected) (?:${word}\\.)?pdf\\b`,
  `\\bencrypted (?:documents?|files?)\\b`,
  `\\b(?:pdf|document|file)\\b${gap(2)}\\b(?:is|was|are|appears to be) encrypted\\b`,
);

const measure = "(?:size|pages?|page count|duration|length|resolution|dimensions?|width|height|pixels?)";
const overLimit = either(
  "\\btoo (?:large|big|long|many pages)\\b",
  `\\b${measure}\\b${gap(7)}\\b(?:exceed\\w*|limit|maximum|max|minimum|larger|greater|longer|higher|more than|over the)\\b`,
  `\\b(?:exceed\\w*|maximum|max|minimum|more than|larger than|longer than)\\b${gap(7)}\\b(?:size|pages|page count|duration|resolution|dimensions?|pixels)\\b`,
);

const formatNoun =
  "(?:formats?|codecs?|(?:file|media|mime|content) types?|extensions?|encodings?|containers?)";
const refused = "(?:unsupported|not supported|not recogni[sz]ed|unrecogni[sz]ed)";
const badFormat = either(
  `\\b(?:${refused}|invalid|unknown)(?: ${word}){0,2}? ${formatNoun}\\b`,
  `\\b${formatNoun}\\b${gap(7)}\\b(?:${refused}|not valid|invalid|unknown|not allowed)\\b`,
  `\\b(?:file|document|pdf|docx|image|audio|video)\\b${gap(3)}\\b(?:is|are) ${refused}\\b`,
  "\\bunsupported\\b(?! (?:operation|region|api|action|parameter|model|language))",
);

const missingInS3 = either(
  "\\bno such (?:key|bucket)\\b",
  `\\b(?:s3|object|key|bucket|input file)\\b${gap(10)}\\b(?:not found|does not exist|doesn't exist|missing|(?:could not|cannot) be (?:read|found|accessed))\\b`,
  `\\b(?:unable|failed|failure|cannot|could not) (?:to )?(?:read|write|access|download|upload|fetch|get|find|load|put)\\b${gap(10)}\\b(?:s3|bucket|object)\\b`,
);

const tooMany = either(
  "\\b(?:service )?quotas?\\b",
  "\\b(?:concurren(?:t|cy)|open|in[ -]flight) (?:jobs?|invocations?|requests?|executions?)\\b",
  "\\btoo many (?:jobs|requests|invocations)\\b",
  "\\blimit (?:was |has been |is )?exceeded\\b",
  "\\bthrottl(?:ed|ing)\\b",
  "\\brate exceeded\\b",
);

function either(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join("|"), "i");
}

/** The most specific first. Seen in other people's reports or drawn from AWS's documentation; AWS states none of it. */
export const causeRules: readonly CauseRule[] = [
  {
    words: [profileInvalid],
    unless: denied,
    explain: (place) => ({
      cause: "Possibly the data automation profile is not the one of the job's region.",
      remedy: rightProfile(place),
    }),
  },
  {
    words: [profileResource, denied],
    explain: (place, { found }) => {
      const elsewhere = found.split(":")[3] !== place.region;
      return {
        cause: `Possibly whoever starts jobs may not use the data automation profile${elsewhere ? " in another region: cross-region inference spreads a job over the regions of its geography" : ""}.`,
        remedy: `Allow bedrock:InvokeDataAutomationAsync on ${profileInEveryRegion(place)}, which is the profile in every region of the geography.`,
      };
    },
  },
  {
    words: [bedrockResource, denied],
    explain: (place, { found }) => ({
      cause: "Possibly the IAM policy of whoever starts jobs lacks a resource.",
      remedy: `Allow bedrock:InvokeDataAutomationAsync also on ${missingResource(place, found)}.`,
    }),
  },
  {
    words: [kms],
    explain: (place) => ({
      cause: "Possibly the KMS key may not be used for this job, or is disabled.",
      remedy: `Allow whoever starts jobs kms:DescribeKey, kms:GenerateDataKey, kms:Decrypt and kms:CreateGrant on the key, through ${viaService("bedrock", place)} (kms:ViaService), in IAM and in the key's policy.`,
    }),
  },
  {
    words: [isProtected],
    explain: () => ({
      cause: "Possibly the document is protected by a password or encrypted.",
      remedy: "Give a copy without protection: protected PDFs are refused.",
    }),
  },
  {
    words: [overLimit],
    explain: (_, { text }) => beyondLimits("is beyond a limit of the service", text),
  },
  {
    words: [badFormat],
    explain: (_, { text }) => beyondLimits("has a format that is not taken", text),
  },
  {
    words: [missingInS3],
    unless: either(kms.source, denied.source),
    explain: s3Trouble,
  },
  {
    words: [denied],
    unless: either(bedrockResource.source, profileResource.source),
    explain: s3Trouble,
  },
  {
    words: [tooMany],
    unless: either(overLimit.source, "\\b(?:retry|retries|time|timeout) limit\\b"),
    passes: true,
    explain: (place) => ({
      cause: "Possibly the account had too many jobs at once.",
      remedy: `Let running jobs finish, then start fewer at a time. Defaults: ${concurrencyText()}; Service Quotas shows and raises those of account ${place.accountId} in ${place.region}.`,
    }),
  },
];

function rightProfile(place: Place): string {
  const profile = profileArnOf(place);
  return profile === undefined
    ? `Look up the profile of ${place.region} in AWS's documentation (this product does not list that region); its ARN is like ${bedrockArn(place, "data-automation-profile/<geography>.data-automation-v1")}.`
    : `Start the new job with dataAutomationProfileArn ${profile}.`;
}

function missingResource(place: Place, found: string): string {
  if (/data-automation-invocation\//i.test(found)) return invocationsOf(place);
  const type = /data-automation-project|data-automation-library/i.exec(found)?.[0].toLowerCase();
  // The blueprints that AWS provides lie in an account named `aws`.
  const owner = /:aws:blueprint\//i.test(found) ? "aws" : place.accountId;
  return bedrockArn({ ...place, accountId: owner }, `${type ?? "blueprint"}/*`);
}

function s3Trouble(place: Place): Omit<PossibleCause, "basedOn"> {
  return {
    cause:
      "Possibly the input object does not exist under exactly that key (a missing file extension looks like this too), or whoever started the job may not read it or write the output.",
    remedy: `Check the input's s3Uri letter by letter; then s3:GetObject on the input and s3:PutObject on the output for whoever starts jobs in account ${place.accountId}, the bucket policies, and the buckets' KMS keys.`,
  };
}

function beyondLimits(what: string, text: string): Omit<PossibleCause, "basedOn"> {
  const modality = modalityIn(text);
  return {
    cause: `Possibly the input ${what}.`,
    remedy: `Give an input within the limits. ${limitsText(modality)}`,
  };
}

const modalityWords: readonly (readonly [Modality, RegExp])[] = [
  ["document", /\b(?:documents?|pdf|docx|tiff|pages?)\b/i],
  ["image", /\b(?:images?|pixels?)\b/i],
  ["audio", /\b(?:audio|mp3|wav|flac|ogg|amr|m4a)\b/i],
  ["video", /\b(?:videos?|mp4|mov|mkv|avi|webm)\b/i],
];

function modalityIn(text: string): Modality | undefined {
  return modalityWords.find(([, words]) => words.test(text))?.[0];
}
