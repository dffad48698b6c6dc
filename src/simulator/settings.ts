import type { SimulatorCredentials } from "./wire/signature-check.ts";

/** How a simulator differs from the usual one. */
export interface SimulatorSettings {
  /** The only keys that are taken. */
  readonly credentials?: SimulatorCredentials;
  /** Calls a second to one account and region above which GetDataAutomationStatus is throttled. Absent for no limit. */
  readonly maxCallsPerSecond?: number;
  /** Milliseconds that each answer takes. */
  readonly latencyMs?: number;
  /** Milliseconds in which the fleet finishes. */
  readonly fleetMs?: number;
  /** Hears of each call of GetDataAutomationStatus when it is answered. */
  readonly onCall?: (call: SimulatedCall) => void;
}

export interface SimulatedCall {
  /** As the client gave it, where it has the form of an invocation's ARN. */
  readonly arn?: string;
  /** The job's status, the exception's name, or the HTTP status of an answer that is not the service's. */
  readonly answer: string;
  /** Monotonic time of its arrival, in milliseconds. */
  readonly arrivedAt: number;
}

/** Keys that open nothing but the simulator. */
export const defaultCredentials: SimulatorCredentials = {
  accessKeyId: "AKIASIMULATEDEXAMPLE",
  secretAccessKey: "simulated+secret/of+nobody/AKIAEXAMPLEKEY",
};

export const defaultFleetMs = 120_000;
