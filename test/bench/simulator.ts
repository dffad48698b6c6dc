// The simulated AWS in a process of its own, with the settings that are given as JSON; prints its URL.
// Under /calls it tells of every status call that it answered.
import { systemClock } from "../../src/ports.ts";
import type { SimulatedCall, SimulatorSettings } from "../../src/simulator/settings.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as SimulatorSettings;
const calls: SimulatedCall[] = [];
const simulator = createSimulator({
  clock: systemClock,
  settings: { ...settings, onCall: (call) => calls.push(call) },
});
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch: (request) =>
    new URL(request.url).pathname === "/calls" ? Response.json(calls) : simulator.app.fetch(request),
});
console.log(`http://127.0.0.1:${server.port}`);
