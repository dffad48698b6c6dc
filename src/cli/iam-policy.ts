import { readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import { callerRolePolicyDocument, callerRoleTrust } from "../jobs/caller-role-policy.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { type IamPolicyOptions, iamPolicy } from "../jobs/iam-policy.ts";
import { quoteText } from "../jobs/quote.ts";
import { type CommandContext, type CommandRun, type ExitCode, exitCodes } from "./command.ts";
import { homePlace } from "./home-place.ts";

/** The least-privilege policy as JSON on stdout, fit to be piped; what to know about it on stderr. Calls nobody. */
export const runIamPolicy: CommandRun = async (context) => {
  const { config, operands, terminal } = context;
  const [given] = operands;
  if (config.kmsKey !== undefined && config.output === undefined) {
    terminal.stderr.write("--kms-key needs --output: it is the key of what jobs write there.\n");
    return exitCodes.wrongUse;
  }
  if (config.callerRole !== undefined) return callerRolePolicy(context, config.callerRole);
  const options = resultsOptions(config);
  const print = (place: Parameters<typeof iamPolicy>[0]) =>
    terminal.stdout.write(`${JSON.stringify(iamPolicy(place, options), undefined, 2)}\n`);
  if (given === undefined) {
    const { partition, region, from, refused } = await configuredPlace(context);
    print(from === "default" ? {} : { partition, region });
    const where = from === "default" ? "every region" : `${region}, the region from ${from}`;
    const passedOver =
      refused === undefined
        ? ""
        : `${refused.from} is ${quoteText(refused.value, 60)}, which is no region of AWS's form, and is passed over. `;
    terminal.stderr.write(
      `${passedOver}This is for ${where}, and for whichever account it is attached in. With the ARN of a job it names that job's account and region.${config.output === undefined ? " To read results too, add --output with the place that jobs write to." : ""}\n`,
    );
    return exitCodes.ok;
  }
  const reading = readInvocationArn(given);
  if (!reading.ok) {
    terminal.stderr.write(`The ARN ${describeArnProblem(reading.problem, given)}\n`);
    return exitCodes.wrongUse;
  }
  print(reading.arn);
  return exitCodes.ok;
};

/** What the server needs where calls are made with a role's rights: to assume it, and no right of the role's. */
function callerRolePolicy({ config, terminal }: CommandContext, roleArn: string): ExitCode {
  const tagged = config.callerTags.length > 0;
  terminal.stdout.write(`${JSON.stringify(callerRolePolicyDocument(roleArn, tagged), undefined, 2)}\n`);
  const trust = callerRoleTrust("<ARN of the server's own role or user>", tagged);
  terminal.stderr.write(
    `This is for the server's own credentials, which need no more. The role's trust policy needs the statement ${trust}\nThe role itself needs what iam-policy prints without --caller-role.\n`,
  );
  return exitCodes.ok;
}

function resultsOptions({ output, kmsKey }: CommandContext["config"]): IamPolicyOptions {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(output ?? "") ?? [];
  if (bucket === undefined) return {};
  return { results: { bucket, prefix, ...(kmsKey === undefined ? {} : { kmsKeyArn: kmsKey }) } };
}

async function configuredPlace({ config, env, log }: CommandContext) {
  const { profile } = config;
  try {
    return homePlace(
      undefined,
      env,
      await loadProfileSettings({ env, ...(profile === undefined ? {} : { profile }) }),
    );
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    log.warn("the profile's region is left out, because its settings cannot be read", { code: thrown.code });
    return homePlace(undefined, env, {});
  }
}
