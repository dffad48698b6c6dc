import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeExecutable } from "../scripts/executable.ts";
import { installPeers, peersFolder } from "../support/peers.ts";
import { cleanEnv, executables, root } from "../support/runtimes.ts";
import { localRegistry } from "./local-registry.ts";
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

/** The last has nothing in it: what an installer takes for itself. */
type Installed = "ours" | "theirs" | "empty";

async function benchInstall(rounds: number, folder: string): Promise<Figure[]> {
  const tarball = await pack(built, folder);
  const empty = mkdtempSync(join(folder, "empty-"));
  writeFileSync(join(empty, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0" }));
  const manifestIn = (place: string) => JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const { name } = manifestIn(built);
  const { version } = manifestIn(`${peersFolder}node_modules/${memoryServer}`);
  using registry = localRegistry(process.env.npm_config_registry ?? "https://registry.npmjs.org/", [
    { manifest: manifestIn(built), tarball },
    { manifest: manifestIn(empty), tarball: await pack(empty, empty) },
  ]);
  const what = { ours: name, theirs: `${memoryServer}@${version}`, empty: "empty" };
  const packages = { ours: 0, theirs: 0, empty: 0 };
  const install = async (whose: Installed, command: readonly string[]) => {
    const place = mkdtempSync(join(folder, "install-"));
    writeFileSync(join(place, "package.json"), "{}");
    const startedAt = performance.now();
    await run([...command, what[whose]], place, join(place, "cache"), registry.url);
    const milliseconds = performance.now() - startedAt;
    const modules = readdirSync(join(place, "node_modules"), { recursive: true, encoding: "utf8" });
    packages[whose] = modules.filter((file) =>
      /(^|node_modules\/)(@[^/]+\/)?[^@./][^/]*\/package\.json$/.test(file),
    ).length;
    rmSync(place, { recursive: true });
    return milliseconds;
  };
  // The first time, which is not counted, the registry fetches what it has not got yet.
  const timesBy = (command: readonly string[]) =>
    inTurn(rounds, {
      ours: () => install("ours", command),
      theirs: () => install("theirs", command),
      empty: () => install("empty", command),
    });
  const byNpm = await timesBy(["npm", "install", "--no-audit", "--no-fund"]);
  const byBun = await timesBy([executables.bun, "add"]);
  const figure = (installer: string, times: Record<Installed, number>) =>
    atMost(
      `install from nothing to server-memory's, ${installer}`,
      times.ours / times.theirs,
      0.1,
      `${times.ours.toFixed(0)} ms against ${times.theirs.toFixed(0)} ms, both from a registry on loopback; an empty package: ${times.empty.toFixed(0)} ms`,
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

async function run(command: readonly string[], cwd: string, cache: string, registry?: string): Promise<void> {
  const env = cleanEnv({
    npm_config_cache: cache,
    BUN_INSTALL_CACHE_DIR: cache,
    npm_config_update_notifier: "false",
    ...(registry === undefined ? {} : { npm_config_registry: registry }),
  });
  const child = Bun.spawn([...command], { cwd, env, stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${said}`);
}
