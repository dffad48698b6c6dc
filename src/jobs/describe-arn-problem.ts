import type { ArnProblem } from "../aws/arn.ts";
import { quoteText } from "./quote.ts";

const givenCharacters = 110;

/**
 * What a text that is no invocation ARN seems to be, and what is wanted, as the rest of a sentence that begins with the
 * name of the thing: `invocationArn is …`. `given` is the caller's text; it is cleaned, capped and quoted.
 */
export function describeArnProblem(problem: ArnProblem, given: string): string {
  return `${fault(problem, quoteText(given, givenCharacters))} Wanted: the invocationArn that InvokeDataAutomationAsync returned, like arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/<job id>.`;
}

function fault(problem: ArnProblem, given: string): string {
  switch (problem.kind) {
    case "empty":
      return "is empty.";
    case "blanks_inside":
      return `has blanks or line breaks inside: ${given}. Give one ARN, without anything else.`;
    case "malformed":
      // Copied with something that no eye sees: then the quoted text looks right.
      return arnOfJob.test(given)
        ? `has more around the ARN, seen or not: ${given}. Give the ARN alone.`
        : `is no ARN: ${given}.`;
    case "wrapped":
      return `has ${markNames(problem.marks)} around it: ${given}. Give the ARN alone.`;
    case "capitals":
      return `has capital letters, where AWS writes small ones: ${given}.`;
    case "colon_for_slash":
      return `has a colon before the job id, where AWS writes a slash: ${given}.`;
    case "too_long":
      return `has ${problem.length.toLocaleString("en-US")} characters; an invocation ARN has at most 128: ${given}.`;
    case "s3_uri":
      return `is an Amazon S3 location, not a job: ${given}. A job cannot be found by its input or output.`;
    case "job_id":
      return `is a bare job id: ${given}. Account and region are needed too: put the id at the end of the whole ARN.`;
    case "other_bedrock_resource":
      return `is the ARN of ${bedrockThing(problem.resourceType)}, not of a job: ${given}.`;
    case "other_service":
      return `is an ARN of ${otherService(problem.service)}, not of Bedrock: ${given}.`;
    case "bad_partition":
      return `names the partition ${quoteText(problem.partition, 30)}, which is none of AWS's with this service (aws, aws-cn, aws-us-gov, aws-iso…): ${given}.`;
    case "bad_region":
      return problem.region === ""
        ? `names no region: ${given}.`
        : `names the region ${quoteText(problem.region, 40)}, which is not of AWS's form (like us-east-1, in small letters): ${given}.`;
    case "region_of_other_partition":
      return `names the region ${quoteText(problem.region, 40)}, which belongs to partition ${problem.regionPartition}, not to ${quoteText(problem.partition, 30)}: ${given}.`;
    case "bad_account":
      return `names the account ${quoteText(problem.accountId, 40)}, which is not twelve digits: ${given}.`;
    case "bad_job_id":
      return problem.jobId === ""
        ? `ends without a job id: ${given}.`
        : `ends with ${quoteText(problem.jobId, 60)}, which is no job id (letters, digits, - and _): ${given}.`;
  }
}

/** For marks of one kind its name. */
function markNames(marks: string): string {
  if (/^[<>\u2039\u203a]+$/.test(marks)) return "angle brackets";
  if (/^[()[\]{}]+$/.test(marks)) return "brackets";
  if (/^[^<>()[\]{}]+$/.test(marks)) return "quotation marks";
  return "other marks";
}

const arnOfJob = /arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(data-automation|insights)-invocation\/[\w-]/;

const bedrockThings: Readonly<Record<string, string>> = {
  "data-automation-project": "a data automation project (what jobs are run with)",
  "data-automation-profile": "a data automation profile (how jobs are spread over regions)",
  "data-automation-library": "a data automation library",
  blueprint: "a blueprint (what fields a job extracts)",
  "foundation-model": "a Bedrock model",
  "inference-profile": "a Bedrock inference profile",
};

function bedrockThing(resourceType: string): string {
  const known = Object.hasOwn(bedrockThings, resourceType) ? bedrockThings[resourceType] : undefined;
  return known ?? `another Bedrock resource (${quoteText(resourceType, 40)})`;
}

const services: Readonly<Record<string, string>> = {
  s3: "Amazon S3",
  lambda: "AWS Lambda",
  iam: "IAM",
  kms: "AWS KMS",
  states: "AWS Step Functions",
  textract: "Amazon Textract",
};

function otherService(service: string): string {
  if (service === "") return "no service";
  return (
    (Object.hasOwn(services, service) ? services[service] : undefined) ??
    `the service ${quoteText(service, 40)}`
  );
}
