import manifest from "../../package.json" with { type: "json" };
import peers from "../peers/package.json" with { type: "json" };

/** A client that we are shown to work with, as the tests run it and the README names it. */
export interface ClientInfo {
  readonly name: string;
  readonly package:
    | keyof typeof manifest.dependencies
    | keyof typeof manifest.devDependencies
    | keyof typeof peers.dependencies;
  /** Its program, below test/. Those of test/peers run on Node 22, the others on Bun. */
  readonly program: string;
  readonly transports: readonly ("stdio" | "http")[];
  /** What it puts before the names of tools. */
  readonly prefix?: string;
  /** Whether structured content reaches whoever calls a tool through it. */
  readonly structured: boolean;
  /** What to know, for the README. */
  readonly note: string;
}

const both = ["stdio", "http"] as const;

export const clients: readonly ClientInfo[] = [
  {
    name: "MCP's TypeScript SDK, first line",
    package: "@modelcontextprotocol/sdk",
    program: "clients/sdk-v1.ts",
    transports: both,
    structured: true,
    note: "",
  },
  {
    name: "MCP's TypeScript SDK, second line",
    package: "@modelcontextprotocol/client",
    program: "clients/sdk-v2.ts",
    transports: both,
    structured: true,
    note: "",
  },
  {
    name: "MCP Inspector",
    package: "@modelcontextprotocol/inspector",
    program: "peers/clients/inspector.mjs",
    transports: both,
    structured: true,
    note: "Its command line; in strict mode it finds nothing wrong with the tools' schemas.",
  },
  {
    name: "Vercel AI SDK",
    package: "@ai-sdk/mcp",
    program: "clients/vercel-ai-sdk.ts",
    transports: both,
    structured: true,
    note: "A model is given the text; your program finds the structured content beside it in the tool's result.",
  },
  {
    name: "LangChain.js",
    package: "@langchain/mcp-adapters",
    program: "clients/langchain.ts",
    transports: both,
    structured: true,
    note: "A model is given text and structured content, your program the latter as the message's artifact. A call that failed is thrown.",
  },
  {
    name: "OpenAI Agents",
    package: "@openai/agents",
    program: "clients/openai-agents.ts",
    transports: both,
    structured: true,
    note: "With `useStructuredContent: true` a model is given the structured content in place of the text. Strict schemas work.",
  },
  {
    name: "Mastra",
    package: "@mastra/mcp",
    program: "peers/clients/mastra.mjs",
    transports: both,
    prefix: "jobs_",
    structured: true,
    note: "Tools get the server's name before theirs. A call that failed is thrown.",
  },
  {
    name: "mcp-use",
    package: "mcp-use",
    program: "peers/clients/mcp-use.mjs",
    transports: both,
    structured: true,
    note: "Version 2 on npm is for writing servers. Over HTTP it warns that there is no session id: this server keeps no sessions.",
  },
  {
    name: "Strands Agents",
    package: "@strands-agents/sdk",
    program: "peers/clients/strands.mjs",
    transports: both,
    structured: false,
    note: "Passes on the text and leaves structured content out; the text says all that a model needs.",
  },
  {
    name: "Google Gen AI SDK",
    package: "@google/genai",
    program: "peers/clients/gemini.mjs",
    transports: both,
    structured: true,
    note: "`mcpToTool` hands our schemas on as they are; they keep to what Gemini's own form of schema takes. Tried with a model of the test's own.",
  },
  {
    name: "Google ADK",
    package: "@google/adk",
    program: "peers/clients/adk.mjs",
    transports: both,
    structured: true,
    note: "`MCPToolset` connects anew for each call. Of a schema it passes on types, descriptions, choices and what is required; bounds stand in our descriptions.",
  },
  {
    name: "FastMCP",
    package: "mcp-proxy",
    program: "peers/clients/mcp-proxy.mjs",
    transports: ["stdio"],
    structured: true,
    note: "On npm, `fastmcp` is for writing servers; this is the client in it, which puts a server of stdio behind HTTP. The client of FastMCP for Python was not tried.",
  },
];

export function versionOf({ package: name }: ClientInfo): string {
  const versions: Readonly<Record<string, string>> = {
    ...peers.dependencies,
    ...manifest.devDependencies,
    ...manifest.dependencies,
  };
  return versions[name] ?? "";
}
