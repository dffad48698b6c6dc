// The executable before an issuer that the test has in hand.
import { readFileSync } from "node:fs";
import { audience, type FakeIssuer } from "../support/fake-issuer.ts";
import type { AnyRuntime } from "../support/runtimes.ts";
import { overHttp, type Serving, testKeys } from "../support/server-process.ts";

/** A token that needs no issuer. */
export const own = "a-token-of-some-length";

/** The executable, which takes the issuer's tokens, and `own`. */
export function served(runtime: AnyRuntime, { url }: Pick<FakeIssuer, "url">): Promise<Serving> {
  const env = { ...testKeys, BDA_MCP_AUTH_TOKEN: own };
  return overHttp(runtime, ["--oidc-issuer", url, "--oidc-audience", audience], env);
}

/** A small request with this token, answered to its end. */
export async function ping(server: Serving, token: string): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    authorization: `Bearer ${token}`,
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const answer = await fetch(server.url, { method: "POST", headers, body });
  await answer.arrayBuffer();
  return answer;
}

/** Memory that the server's process holds, and the most that it ever held, as Linux counts it. */
export function residentMiB({ process: { pid } }: Serving): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mebibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { now: mebibytes("VmRSS"), peak: mebibytes("VmHWM") };
}
