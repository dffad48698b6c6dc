import type { InvocationArn } from "../../src/aws/arn.ts";
import { CallError, type CallErrorCode, type CallErrorFacts } from "../../src/aws/call-error.ts";
import type { CallOptions, DataAutomationRuntime, JobStatus } from "../../src/aws/runtime-client.ts";
import type { Clock } from "../../src/ports.ts";

export type Answer = JobStatus | CallError;

export interface MadeCall {
  readonly arn: InvocationArn;
  readonly credentials: string;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  endedAt?: number;
  aborted?: boolean;
}

/** A runtime client whose AWS is a function. Every call takes `latencyMs` of the given clock. */
export class FakeRuntime implements DataAutomationRuntime {
  readonly calls: MadeCall[] = [];
  /** The key that calls are signed with. */
  credentials = "AKIAFIRST";
  latencyMs = 100;
  mostInFlight = 0;
  #inFlight = 0;
  readonly #clock: Clock;
  readonly #answer: (arn: InvocationArn, call: MadeCall) => Answer;

  constructor(clock: Clock, answer: (arn: InvocationArn, call: MadeCall) => Answer) {
    this.#clock = clock;
    this.#answer = answer;
  }

  credentialKey(_options?: CallOptions): Promise<string> {
    return Promise.resolve(this.credentials);
  }

  async getDataAutomationStatus(arn: InvocationArn, options: CallOptions = {}): Promise<JobStatus> {
    const call: MadeCall = { arn, credentials: this.credentials, startedAt: this.#clock.monotonic() };
    this.calls.push(call);
    this.#inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    try {
      await this.#clock.sleep(this.latencyMs, options.signal);
      const answer = this.#answer(arn, call);
      if (answer instanceof CallError) throw answer;
      return answer;
    } catch (thrown) {
      if (!options.signal?.aborted) throw thrown;
      call.aborted = true;
      throw failure("cancelled");
    } finally {
      call.endedAt = this.#clock.monotonic();
      this.#inFlight -= 1;
    }
  }
}

export function arn(jobId: string, region = "us-east-1", accountId = "111122223333"): InvocationArn {
  const resourceType = "data-automation-invocation";
  const text = `arn:aws:bedrock:${region}:${accountId}:${resourceType}/${jobId}`;
  return { text, partition: "aws", region, accountId, resourceType, jobId };
}

export function failure(code: CallErrorCode, facts: CallErrorFacts = {}): CallError {
  return new CallError(code, code, facts);
}
