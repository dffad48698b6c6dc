import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

/**
 * A JSON-RPC error as the answer to a request. The SDK's own `McpError` puts "MCP error -32602:" before its words, which
 * clients do again.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const errorCodes = {
  methodNotFound: ErrorCode.MethodNotFound,
  invalidParams: ErrorCode.InvalidParams,
  internal: ErrorCode.InternalError,
  /** MCP's code for a resource that there is not; the SDK has no name for it. */
  resourceNotFound: -32002,
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
