import type { Setting } from "./setting.ts";

/** How much `http` takes on at once, and how it stops. */
export const loadSettings = {
  maxInFlight: {
    flag: "max-in-flight",
    variable: "BDA_MCP_MAX_IN_FLIGHT",
    type: "text",
    placeholder: "number",
    default: "200",
    commands: ["http"],
    description: "Maximum calls in progress at once, not counting waits; further ones get 503.",
  },
  maxInFlightPerCaller: {
    flag: "max-in-flight-per-caller",
    variable: "BDA_MCP_MAX_IN_FLIGHT_PER_CALLER",
    type: "text",
    placeholder: "number",
    default: "64",
    commands: ["http"],
    description: "The same for each named caller; further ones get 429.",
  },
  maxWaits: {
    flag: "max-waits",
    variable: "BDA_MCP_MAX_WAITS",
    type: "text",
    placeholder: "number",
    default: "1000",
    commands: ["http"],
    description: "Maximum calls and streams held open until a job ends; further ones get 503.",
  },
  maxWaitsPerCaller: {
    flag: "max-waits-per-caller",
    variable: "BDA_MCP_MAX_WAITS_PER_CALLER",
    type: "text",
    placeholder: "number",
    default: "100",
    commands: ["http"],
    description: "The same for each named caller; further ones get 429.",
  },
  maxCallsPerSecondInAll: {
    flag: "max-calls-per-second-in-all",
    variable: "BDA_MCP_MAX_CALLS_PER_SECOND_IN_ALL",
    type: "text",
    placeholder: "number",
    commands: ["http"],
    description:
      "Limit on status calls per second to one account and region, shared by all callers in turn; without it, only each caller's own calls are limited.",
  },
  drainSeconds: {
    flag: "drain-seconds",
    variable: "BDA_MCP_DRAIN_SECONDS",
    type: "text",
    placeholder: "seconds",
    default: "20",
    commands: ["http"],
    description: "Time that calls in progress get to finish when the server is told to stop.",
  },
} as const satisfies Record<string, Setting>;
