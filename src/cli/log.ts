import type { Log, LogFields, LogLevel } from "../ports.ts";

export interface LogOptions {
  /** The least level that is written. */
  readonly level: LogLevel | "silent";
  readonly format: "text" | "json";
  /** Takes one line without its end. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** A log of lines: readable ones for a terminal, JSON for machines. Text from outside cannot break a line. */
export function createLog({ level, format, write, now }: LogOptions): Log {
  const from = level === "silent" ? levels.length : levels.indexOf(level);
  const line = format === "json" ? jsonLine : textLine;
  const writer = (of: LogLevel): Log[LogLevel] =>
    levels.indexOf(of) < from
      ? () => {}
      : (message, fields = {}) => write(line(new Date(now()).toISOString(), of, message, fields));
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** JSON leaves out fields that are undefined. */
function jsonLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ time, level, message, ...fields });
}

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const shown = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = String(value);
    return `${name}=${/^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text)}`;
  });
  return [time.slice(11, 19), level.padEnd(5), message, ...shown].join(" ");
}
