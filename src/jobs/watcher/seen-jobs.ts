import type { InvocationArn } from "../../aws/arn.ts";
import { RecentMap } from "../../recent-map.ts";

interface SeenJob {
  readonly arn: InvocationArn;
  /** AWS's latest `status`, where it gave one. */
  status?: string;
}

/** Which jobs each caller has asked about in this process, and what became of them. Bounded both ways. */
export class SeenJobs {
  readonly #callers: RecentMap<string, RecentMap<string, SeenJob>>;
  readonly #maxJobs: number;

  constructor(maxCallers: number, maxJobs: number) {
    this.#callers = new RecentMap(maxCallers);
    this.#maxJobs = maxJobs;
  }

  asked(arn: InvocationArn, caller: string): void {
    let jobs = this.#callers.get(caller);
    if (jobs === undefined) {
      jobs = new RecentMap(this.#maxJobs);
      this.#callers.set(caller, jobs);
    }
    if (jobs.get(arn.text) === undefined) jobs.set(arn.text, { arn });
  }

  answered(arn: InvocationArn, caller: string, status: string | undefined): void {
    const job = this.#callers.peek(caller)?.peek(arn.text);
    if (job !== undefined && status !== undefined) job.status = status;
  }

  /** AWS knows no such job: a mistyped ARN must not be proposed again. */
  notFound(arn: InvocationArn, caller: string): void {
    this.#callers.peek(caller)?.delete(arn.text);
  }

  status(arn: InvocationArn, caller: string): string | undefined {
    return this.#callers.peek(caller)?.peek(arn.text)?.status;
  }

  /** Most recently asked about first. */
  of(caller: string): InvocationArn[] {
    return (
      this.#callers
        .peek(caller)
        ?.values()
        .map(({ arn }) => arn) ?? []
    );
  }
}
