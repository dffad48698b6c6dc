import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryHome } from "../credentials/child.ts";
import { nginx } from "../support/nginx.ts";
import { root } from "../support/runtimes.ts";
import { selfSigned } from "../support/self-signed.ts";

export interface Balancer extends AsyncDisposable {
  /** Where MCP is served, through nginx. */
  readonly url: URL;
  /** What nginx has logged of errors so far. */
  readonly log: () => string;
}

/** nginx with the configuration that is documented, for these servers; only addresses and files are other ones. */
export async function behindNginx(servers: readonly [URL, URL]): Promise<Balancer> {
  const home = temporaryHome();
  const port = await freePort();
  const [first, second] = servers;
  const documented = replaceAll(readFileSync(`${root}src/deploy/nginx.conf`, "utf8"), {
    "mcp-1.internal:3000": first.host,
    "mcp-2.internal:3000": second.host,
    "listen 443 ssl": `listen 127.0.0.1:${port} ssl`,
    "/etc/nginx/tls/": `${home.path}/`,
  });
  const file = (name: string, text: string) => {
    writeFileSync(join(home.path, name), text);
    return join(home.path, name);
  };
  file("tls.crt", selfSigned.cert);
  file("tls.key", selfSigned.key);
  mkdirSync(join(home.path, "tmp"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${home.path}/tmp/${name};`,
  );
  const log = join(home.path, "error.log");
  const main = file(
    "nginx.conf",
    `daemon off; pid ${home.path}/pid; error_log ${log} warn; worker_processes 1;
events { worker_connections 1024; }
http { access_log off; ${temporary.join(" ")} include ${file("mcp.conf", documented)}; }
`,
  );
  const child = Bun.spawn([nginx(), "-p", home.path, "-e", log, "-c", main], {
    stdout: "ignore",
    stderr: "pipe",
  });
  const url = new URL(`https://127.0.0.1:${port}/mcp`);
  while (!(await listens(port))) {
    if (child.exitCode !== null)
      throw new Error(`nginx did not start: ${await new Response(child.stderr).text()}`);
    await Bun.sleep(10);
  }
  return {
    url,
    log: () => readFileSync(log, "utf8"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      home[Symbol.dispose]();
    },
  };
}

/** @throws where one of the texts is not there: what is tested would not be what is documented */
function replaceAll(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`nginx.conf has no ${from}`);
    return before.replaceAll(from, to);
  }, text);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function listens(port: number): Promise<boolean> {
  return fetch(`https://127.0.0.1:${port}/`, { tls: { rejectUnauthorized: false } })
    .then(() => true)
    .catch(() => false);
}
