import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";

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
