import { z } from "zod";

/**
 * A JSON-RPC error as the answer to a request, whichever SDK carries it. Their own would put "MCP error -32602:" before
 * its words, which clients do again.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: number;
  /** The same for programs, where the protocol says what stands there. */
  readonly data?: Readonly<Record<string, unknown>>;

  constructor(code: number, message: string, data?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

export const errorCodes = {
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** Ours: the caller's token does not grant what this needs. */
  insufficientScope: -32003,
  /** MCP's code for a resource that there is not, up to 2025-11-25. */
  resourceNotFound: -32002,
  /** Since 2026-07-28: the request needs a capability that its client has not declared. */
  missingCapability: -32021,
  /** Since 2026-07-28: the request names a revision that is not served. */
  unsupportedRevision: -32022,
} as const;

/** Says in one line what a schema found wrong with a request; no value of the request is in it. */
export function wrongParams(found: unknown): ProtocolError {
  const issues = found instanceof z.core.$ZodError ? found.issues : [];
  const problems = issues.map(({ message, path }) => `${path.join(".")}: ${message}`);
  return new ProtocolError(
    errorCodes.invalidParams,
    problems.join("; ") || "The request's parameters are not of their form.",
  );
}
