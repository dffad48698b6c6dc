/** What AWS's own variables say about endpoints, checked as far as no profile has a say in it. */
import { CallError } from "./aws/call-error.ts";
import {
  endpointInVariables,
  endpointUrlProblem,
  readSwitch,
  type ServiceId,
  withoutUser,
} from "./aws/endpoint.ts";
import type { GivenValue } from "./config-access.ts";
import { endpointKindVariables, ignoringVariable } from "./settings/aws-variables.ts";
import type { Command } from "./settings/commands.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Given = (name: "results" | "simulate") => GivenValue;

/** One line a problem. Of services that the command does not call, nothing is asked. */
export function endpointProblems(command: Command, given: Given, env: Environment): string[] {
  const services = given("simulate").value === true ? [] : servicesOf(command, given);
  if (services.length === 0) return [];
  const problems: string[] = [];
  const on = (setting: string): boolean => {
    try {
      return readSwitch(setting, env) ?? false;
    } catch (thrown) {
      if (!(thrown instanceof CallError) || thrown.code !== "configuration") throw thrown;
      problems.push(`${setting} must be true or false, not ${shown(thrown.facts.given ?? "")}.`);
      return false;
    }
  };
  const kinds = endpointKindVariables.filter(on);
  if (on(ignoringVariable)) return problems;
  const urls = services.flatMap((service) => {
    const found = endpointInVariables(service, env);
    return found === undefined ? [] : [[found.from.setting, found.url] as const];
  });
  for (const [setting, url] of new Map(urls)) {
    const problem = endpointUrlProblem(url);
    if (problem !== undefined) problems.push(`${setting} ${problem}. It is ${shown(withoutUser(url))}.`);
    problems.push(
      ...kinds.map((kind) => `${setting} cannot be combined with ${kind}=true: remove one of the two.`),
    );
  }
  return problems;
}

function servicesOf(command: Command, given: Given): ServiceId[] {
  if (command === "iam-policy") return [];
  const readsResults = command !== "status" && !/^(off|false)$/i.test(String(given("results").value));
  // Credentials may come from STS by any command: AWS's packages would ask it over plain http anywhere.
  return ["bedrock_data_automation_runtime", "sts", ...(readsResults ? (["s3"] as const) : [])];
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 80));
}
