import process from "node:process";
import { isLoopback } from "../aws/endpoint.ts";
import type { Fetch } from "../ports.ts";
import { denoStraightTo } from "./listen.ts";

/**
 * The same, and a plain-http request to this machine does not leave it: the runtimes would send it, with all that is in
 * it, through the proxy of HTTP_PROXY, which knows nothing of what listens here.
 */
export function loopbackUnproxied(fetch: Fetch): Fetch {
  const ways = new Map<string, object>();
  return async (input, init) => {
    const { host, hostname, port, protocol } = input instanceof URL ? input : new URL(input);
    if (protocol !== "http:" || !isLoopback(hostname)) return fetch(input, init);
    let way = ways.get(host);
    if (way === undefined) {
      way = denoStraightTo(hostname, Number(port || 80)) ?? exempt(hostname);
      ways.set(host, way);
    }
    return fetch(input, { ...init, ...way });
  };
}

/** Bun, and Node where it is told to heed proxies, look into the environment with every request. */
function exempt(hostname: string): object {
  const names = ["NO_PROXY", "no_proxy"] as const;
  const [upper, lower] = names.map((name) => process.env[name] || undefined);
  process.env.NO_PROXY = withHost(upper ?? lower, hostname);
  process.env.no_proxy = withHost(lower ?? upper, hostname);
  return {};
}

function withHost(list: string | undefined, hostname: string): string {
  const others = list?.split(",").map((each) => each.trim()) ?? [];
  if (others.includes("*")) return "*";
  return [...others.filter((each) => each !== hostname), hostname].join(",");
}
