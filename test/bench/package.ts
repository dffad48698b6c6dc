import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeExecutable } from "../scripts/executable.ts";
import { installPeers, peersFolder } from "../support/peers.ts";
import { cleanEnv, executables, root } from "../support/runtimes.ts";
import { atMost, type Figure, inTurn } from "./measure.ts";
import { echoed, listed, memoryText, starts, timesText } from "./one-start.ts";

const memoryServer = "@modelcontextprotocol/server-memory";
const built = `${root}dist`;

/** What is published: its start, against a bare script and another server from npm, and its install. */
export async function benchPackage(rounds: number): Promise<Figure[]> {
  installPeers();
  const folder = mkdtempSync(join(tmpdir(), "bda-bench-"));
  try {
    return [...(await benchStarts(rounds, folder)), ...(await benchInstall(3, folder))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchStarts(rounds: number, folder: string): Promise<Figure[]> {
  const { bun, deno, node } = executables;
  const runtimes = [
    { name: "Bun", command: [bun], limit: 2.6 },
    { name: "Deno", command: [deno, "run", "-A"], limit: 1.8 },
    { name: "Node", command: [node], limit: 1.7 },
  ];
  const peer = `${peersFolder}node_modules/${memoryServer}/dist/index.js`;
  const figures: Figure[] = [];
  for (const { name, command, limit } of runtimes) {
    const { bare, ours, theirs } = await starts(rounds, {
      bare: { command: [...command, `${root}test/bench/bare.mjs`], answered: echoed },
      ours: { command: [...command, `${built}/main.js`], answered: listed },
      theirs: { command: [...command, peer], answered: listed },
    });
    figures.push(
      atMost(
        `start to tools/list, ${name}, built`,
        ours.milliseconds / bare.milliseconds,
        limit,
        timesText(ours, bare, "the bare runtime"),
      ),
      atMost(
        `the same to server-memory, ${name}`,
        ours.milliseconds / theirs.milliseconds,
        0.5,
        timesText(ours, theirs, memoryServer),
      ),
      atMost(
        `peak memory, ${name}, built`,
        ours.memory / bare.memory,
        1.4,
        `${memoryText(ours, bare)}; ${memoryServer}: ${(theirs.memory / 2 ** 20).toFixed(0)} MiB`,
      ),
    );
  }
  const file = join(folder, "executable");
  await makeExecutable(built, file);
  const { bare, ours } = await starts(rounds, {
    bare: { command: [bun, `${root}test/bench/bare.mjs`], answered: echoed },
    ours: { command: [file], answered: listed },
  });
  const of = timesText(ours, bare, "bare Bun");
  return [
    ...figures,
    atMost("start to tools/list, executable", ours.milliseconds / bare.milliseconds, 2.2, of),
    atMost("peak memory, executable", ours.memory / bare.memory, 1.4, memoryText(ours, bare)),
  ];
}

type Installed = "ours" | "theirs" | "empty";

async function benchInstall(rounds: number, folder: string): Promise<Figure[]> {
  const tarball = await pack(built, folder);
  const empty = mkdtempSync(join(folder, "empty-"));
  writeFileSync(join(empty, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0" }));
  const { version } = JSON.parse(
    readFileSync(`${peersFolder}node_modules/${memoryServer}/package.json`, "utf8"),
  );
  const what = { ours: tarball, theirs: `${memoryServer}@${version}`, empty: await pack(empty, empty) };
  const packages = { ours: 0, theirs: 0, empty: 0 };
  const install = async (whose: Installed, command: readonly string[]) => {
    const place = mkdtempSync(join(folder, "install-"));
    writeFileSync(join(place, "package.json"), "{}");
    const startedAt = performance.now();
    await run([...command, what[whose]], place, join(place, "cache"));
    const milliseconds = performance.now() - startedAt;
    const modules = readdirSync(join(place, "node_modules"), { recursive: true, encoding: "utf8" });
    packages[whose] = modules.filter((name) =>
      /(^|node_modules\/)(@[^/]+\/)?[^@./][^/]*\/package\.json$/.test(name),
    ).length;
    rmSync(place, { recursive: true });
    return milliseconds;
  };
  const contestants = (command: readonly string[]) => ({
    ours: () => install("ours", command),
    theirs: () => install("theirs", command),
    empty: () => install("empty", command),
  });
  const byNpm = await inTurn(rounds, contestants(["npm", "install", "--no-audit", "--no-fund"]));
  const byBun = await inTurn(rounds, contestants([executables.bun, "add"]));
  const figure = (installer: string, times: Record<Installed, number>) =>
    atMost(
      `install from nothing to server-memory's, ${installer}`,
      times.ours / times.theirs,
      0.1,
      `${times.ours.toFixed(0)} ms from the packed file against ${times.theirs.toFixed(0)} ms from npm's registry; an empty package: ${times.empty.toFixed(0)} ms`,
    );
  return [
    atMost(
      "packages that an install brings",
      packages.ours,
      1,
      `against ${packages.theirs} of ${memoryServer}`,
    ),
    atMost("packed size, MB", statSync(tarball).size / 1e6, 1, "what npm downloads"),
    figure("npm", byNpm),
    figure("Bun", byBun),
  ];
}

async function pack(from: string, to: string): Promise<string> {
  await run(["npm", "pack", "--silent", "--pack-destination", to], from, join(to, "npm"));
  return join(to, readdirSync(to).find((name) => name.endsWith(".tgz")) ?? "");
}

async function run(command: readonly string[], cwd: string, cache: string): Promise<void> {
  const caches = {
    npm_config_cache: cache,
    BUN_INSTALL_CACHE_DIR: cache,
    npm_config_update_notifier: "false",
  };
  const env = { ...cleanEnv(), ...registry(), ...caches };
  const child = Bun.spawn([...command], { cwd, env, stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${said}`);
}

/** How this machine reaches the registry. */
function registry(): Record<string, string> {
  const told = Object.entries(process.env).filter(([name]) =>
    /^(npm_config_|https?_proxy$|no_proxy$|node_extra_ca|ssl_cert)/i.test(name),
  );
  return {
    HOME: process.env.HOME ?? "",
    ...Object.fromEntries(told.map(([name, value]) => [name, value ?? ""])),
  };
}
