import type { InvocationArn } from "../../aws/arn.ts";
import { type ServedPlaces, unservedPart } from "../served-places.ts";
import type { MakeFailure } from "./failures.ts";
import type { JobWatcher } from "./job-watcher.ts";

/**
 * The same watcher, for jobs of these places alone. Whatever asks about a job asks a watcher, so this is the one place
 * that decides; nothing of another job reaches the watcher, its memory or the network.
 */
export function servedJobs(watcher: JobWatcher, places: ServedPlaces, failure: MakeFailure): JobWatcher {
  const check = (arn: InvocationArn) => {
    const notServed = unservedPart(arn, places);
    if (notServed === undefined) return;
    throw failure("place_not_served", `Jobs of this ${notServed} are not served here.`, { notServed });
  };
  return {
    async read(arn, options) {
      check(arn);
      return await watcher.read(arn, options);
    },
    async wait(arn, options) {
      check(arn);
      return await watcher.wait(arn, options);
    },
    subscribe(arn, options) {
      check(arn);
      return watcher.subscribe(arn, options);
    },
    seen: (caller) => watcher.seen(caller),
    knownEnded: (arn, caller) => watcher.knownEnded(arn, caller),
    stats: () => watcher.stats(),
    drain: () => watcher.drain(),
    stop: () => watcher.stop(),
  };
}
