// Run by Node 22: starts workerd with one Worker, prints its address, and ends with its input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [script, peers, settings] = process.argv.slice(2);
const { Miniflare } = createRequire(peers)("miniflare");
const worker = new Miniflare({
  modules: [{ type: "ESModule", path: "workers.js", contents: readFileSync(script, "utf8") }],
  host: "127.0.0.1",
  port: 0,
  ...JSON.parse(settings),
});
const { origin } = await worker.ready;
console.log(origin);
process.stdin.on("end", () => worker.dispose().then(() => process.exit(0)));
process.stdin.resume();
