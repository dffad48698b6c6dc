import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A package that stands on this machine only. */
export interface LocalPackage {
  readonly manifest: { readonly name: string; readonly version: string };
  /** What `npm pack` made of it. */
  readonly tarball: string;
}

export interface LocalRegistry extends Disposable {
  readonly url: string;
}

interface Kept {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer> | string;
}

/**
 * A registry on loopback: packages of this machine and, fetched once from `upstream` and then kept, all others. So what
 * is on npm and what is not yet come over the same road.
 */
export function localRegistry(upstream: string, packages: readonly LocalPackage[]): LocalRegistry {
  const kept = new Map<string, Promise<Kept>>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { origin, pathname } = new URL(request.url);
      const path = decodeURIComponent(pathname.slice(1));
      const own = packages.find(({ manifest }) => [manifest.name, `-/${manifest.name}.tgz`].includes(path));
      if (own !== undefined) {
        const file = readFileSync(own.tarball);
        return path.endsWith(".tgz") ? new Response(file) : Response.json(listing(own, file, origin));
      }
      const accept = request.headers.get("accept") ?? "*/*";
      const key = `${accept} ${pathname}`;
      const answer = kept.get(key) ?? fetched(new URL(pathname.slice(1), upstream), accept, origin);
      kept.set(key, answer);
      const { body, status, type } = await answer;
      return new Response(body, { status, headers: { "content-type": type } });
    },
  });
  return { url: server.url.href, [Symbol.dispose]: () => void server.stop(true) };
}

function listing({ manifest }: LocalPackage, file: Uint8Array, origin: string): object {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(file).digest("base64")}`;
  const dist = { tarball: `${origin}/-/${name}.tgz`, integrity };
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}

/** Files are named by their whole address: they have to come from here too. */
async function fetched(url: URL, accept: string, origin: string): Promise<Kept> {
  const answer = await fetch(url, { headers: { accept } });
  const type = answer.headers.get("content-type") ?? "application/octet-stream";
  const body = type.includes("json")
    ? (await answer.text()).replaceAll(/https:\/\/registry\.npmjs\.org(?=\/)/g, origin)
    : await answer.bytes();
  return { status: answer.status, type, body };
}
