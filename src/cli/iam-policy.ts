import { readInvocationArn } from "../aws/arn.ts";
import { CallError } from "../aws/call-error.ts";
import { loadProfileSettings } from "../aws/shared-config.ts";
import { describeArnProblem } from "../jobs/describe-arn-problem.ts";
import { iamPolicy } from "../jobs/iam-policy.ts";
import { type CommandContext, type CommandRun, exitCodes } from "./command.ts";
import { homePlace } from "./home-place.ts";

/** The least-privilege policy as JSON on stdout, fit to be piped; what to know about it on stderr. Calls nobody. */
export const runIamPolicy: CommandRun = async (context) => {
  const { operands, terminal } = context;
  const [given] = operands;
  const print = (place: Parameters<typeof iamPolicy>[0]) =>
    terminal.stdout.write(`${JSON.stringify(iamPolicy(place), undefined, 2)}\n`);
  if (given === undefined) {
    const { partition, region, from } = await configuredPlace(context);
    print(from === "default" ? {} : { partition, region });
    const where = from === "default" ? "every region" : `${region}, the region from ${from}`;
    terminal.stderr.write(
      `This is for ${where}, and for whichever account it is attached in. With the ARN of a job it names that job's account and region.\n`,
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
