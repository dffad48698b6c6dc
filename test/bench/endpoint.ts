// The simulated AWS in a process of its own, as far from the caller as a process can be; prints its URL.
import { systemClock } from "../../src/ports.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

const simulator = createSimulator({
  clock: systemClock,
  settings: { latencyMs: Number(process.argv[2] ?? 0) },
});
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: simulator.app.fetch });
console.log(`http://127.0.0.1:${server.port}`);
