import { randomBytes } from "node:crypto";
import type { Clock } from "../ports.ts";
import { RecentMap } from "../recent-map.ts";
import type { SimulatorCredentials } from "./wire/signature-check.ts";

/** Keys that AssumeRole gave, and whose they are. */
export interface Session extends SimulatorCredentials {
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Like `arn:aws:sts::111122223333:assumed-role/reader/alice`. */
  readonly arn: string;
}

/** As many as a test of many callers needs. */
const maxSessions = 20_000;

/** The role sessions of one simulator, by their key ids. */
export class Sessions {
  readonly #clock: Pick<Clock, "now">;
  readonly #sessions = new RecentMap<string, Session>(maxSessions);

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  begin(arn: string, durationSeconds: number): Session {
    const session = {
      accessKeyId: `ASIASIM${randomBytes(7).toString("hex").slice(0, 13).toUpperCase()}`,
      secretAccessKey: `simulated+secret/${randomBytes(16).toString("base64")}`,
      sessionToken: `simulated/session+token/${randomBytes(96).toString("base64")}`,
      // Whole seconds, as AWS writes it.
      expiresAt: Math.floor(this.#clock.now() / 1000 + durationSeconds) * 1000,
      arn,
    };
    this.#sessions.set(session.accessKeyId, session);
    return session;
  }

  find(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }
}
