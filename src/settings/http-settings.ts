import type { Setting } from "./setting.ts";

/** What only `http` has. */
export const httpSettings = {
  host: {
    flag: "host",
    variable: "BDA_MCP_HOST",
    type: "text",
    placeholder: "address",
    default: "127.0.0.1",
    commands: ["http"],
    description:
      "Address to listen on. Any but loopback needs BDA_MCP_AUTH_TOKEN, --oidc-issuer or --behind-auth.",
  },
  port: {
    flag: "port",
    variable: "BDA_MCP_PORT",
    type: "text",
    placeholder: "number",
    default: "3000",
    commands: ["http"],
    description: "Port to listen on; 0 for any that is free.",
  },
  path: {
    flag: "path",
    variable: "BDA_MCP_PATH",
    type: "text",
    placeholder: "path",
    default: "/mcp",
    commands: ["http"],
    description: "Where MCP is served.",
  },
  allowedHosts: {
    flag: "allowed-host",
    variable: "BDA_MCP_ALLOWED_HOSTS",
    type: "list",
    placeholder: "name",
    commands: ["http"],
    description: "Host name that requests may use besides loopback's; * for any.",
  },
  allowedOrigins: {
    flag: "allowed-origin",
    variable: "BDA_MCP_ALLOWED_ORIGINS",
    type: "list",
    placeholder: "origin",
    commands: ["http"],
    description: "Web origin that may call, like https://app.example, besides loopback's.",
  },
  metrics: {
    flag: "metrics",
    variable: "BDA_MCP_METRICS",
    type: "text",
    placeholder: "port",
    alone: "same",
    elsewhere: true,
    commands: ["http"],
    description:
      "Serve figures for Prometheus at /metrics: on the same port, for BDA_MCP_METRICS_TOKEN and JWTs with the scope bda:metrics, or on one of its own, open to all who reach it where that token is not set.",
  },
  metricsToken: {
    variable: "BDA_MCP_METRICS_TOKEN",
    type: "text",
    secret: true,
    commands: ["http"],
    description:
      "Token that whoever collects the figures sends: it reads them, and opens nothing else. At least 16 characters.",
  },
  behindAuth: {
    flag: "behind-auth",
    variable: "BDA_MCP_BEHIND_AUTH",
    type: "switch",
    commands: ["http"],
    description:
      "Something before this server lets only those in who may call, and nobody gets past it: no token is needed.",
  },
  authToken: {
    variable: "BDA_MCP_AUTH_TOKEN",
    type: "text",
    secret: true,
    commands: ["http"],
    description:
      "Token that HTTP callers must send as Authorization: Bearer. At least 16 characters. Several: name=token,other=token.",
  },
  oidcIssuer: {
    flag: "oidc-issuer",
    variable: "BDA_MCP_OIDC_ISSUER",
    type: "text",
    placeholder: "url",
    commands: ["http"],
    description:
      "Authorization server whose JWTs let callers in (OAuth 2.1), letter by letter as in their iss.",
  },
  oidcAudiences: {
    flag: "oidc-audience",
    variable: "BDA_MCP_OIDC_AUDIENCE",
    type: "list",
    placeholder: "audience",
    commands: ["http"],
    description: "What JWTs for this server have as their aud, or among it.",
  },
  publicUrl: {
    flag: "public-url",
    variable: "BDA_MCP_PUBLIC_URL",
    type: "text",
    placeholder: "url",
    commands: ["http"],
    description:
      "Where clients reach MCP, like https://mcp.example.com/mcp. Its host need not be allowed apart.",
  },
} as const satisfies Record<string, Setting>;
