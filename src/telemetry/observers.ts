import type { AwsCallObserver, Observer } from "../observer.ts";

/** Several observers as one. */
export function observedBy(observers: readonly Observer[]): Observer | undefined {
  const [first, ...others] = observers;
  if (first === undefined || others.length === 0) return first;
  return {
    request(start) {
      const requests = observers.map((observer) => observer.request(start));
      return {
        traceId: requests.find(({ traceId }) => traceId !== undefined)?.traceId,
        awsCall: (call) => awsCalls(requests.map((each) => each.awsCall(call))),
        end: (end) => {
          for (const request of requests) request.end(end);
        },
      };
    },
    awsCall: (start) => awsCalls(observers.map((observer) => observer.awsCall(start))),
    refusal: (status) => {
      for (const observer of observers) observer.refusal(status);
    },
  };
}

function awsCalls(calls: readonly AwsCallObserver[]): AwsCallObserver {
  return {
    attemptFailed: (code) => {
      for (const call of calls) call.attemptFailed(code);
    },
    end: (end) => {
      for (const call of calls) call.end(end);
    },
  };
}
