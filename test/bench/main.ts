// Prints ratios between things measured in the same run on this machine. No figure is asserted: machines differ.
import { build } from "../scripts/build.ts";
import { root } from "../support/runtimes.ts";
import { benchAuth } from "./auth.ts";
import { benchCall, benchHttp } from "./calls.ts";
import { benchCheck } from "./check.ts";
import { benchLoad } from "./load.ts";
import { type Figure, print } from "./measure.ts";
import { benchPackage } from "./package.ts";
import { benchResults } from "./results.ts";
import { benchStart } from "./start.ts";
import { benchSharedJob, benchWatcher } from "./watcher.ts";

const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  start: () => benchStart(15),
  package: () => benchPackage(15),
  call: () => benchCall(15),
  http: () => benchHttp(7),
  auth: () => benchAuth(7),
  results: () => benchResults(7),
  check: () => benchCheck(15),
  shared: () => benchSharedJob(),
  watcher: () => benchWatcher(),
  load: () => benchLoad(),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}: choose from ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}, Bun ${Bun.version}`,
);
await build(`${root}dist`, { types: true });
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) print(await bench());
}
process.exit(0);
