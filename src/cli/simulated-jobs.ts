import { product } from "../product.ts";
import { fleetArn, fleetSize, jobGroups, simulatorJobs } from "../simulator/catalogue.ts";
import { type Look, paint } from "./terminal-look.ts";
import { indented } from "./terminal-text.ts";

interface Listed {
  readonly title: string;
  readonly arns: readonly string[];
}

/** Every job of the simulator: what there is to be seen, and its ARN to copy. */
export function simulatedJobs(look: Look): string {
  const width = Math.min(look.width, 100);
  const groups = jobGroups.flatMap((group): (readonly [string, readonly Listed[]])[] => {
    const jobs = simulatorJobs.filter((job) => job.group === group);
    if (jobs.length > 0) return [[group, jobs.map(({ title, arn }) => ({ title, arns: [arn] }))]];
    return [];
  });
  const fleet = {
    title: `${fleetSize} jobs that finish over two minutes from the start, some failing: from the first to the second`,
    arns: [fleetArn(1), fleetArn(fleetSize)],
  };
  const parts = [
    indented(
      "With --simulate every command talks to a simulated AWS on this machine: no account, no cost. These are its jobs. Each start begins anew.",
      width,
      0,
    ),
    ...[...groups, ["Many jobs at once", [fleet]] as const].map(([name, jobs]) => [
      paint(look, "strong", name),
      ...jobs.flatMap((job) => jobLines(job, width, look)),
    ]),
    [
      "To try one:",
      `  ${product.name} status --simulate <arn>`,
      "How to use the rest:",
      `  ${product.name} --help`,
    ],
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function jobLines({ title, arns }: Listed, width: number, look: Look): string[] {
  return [...indented(title, width, 2), ...arns.map((arn) => `    ${paint(look, "quiet", arn)}`)];
}
