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
      "Address to listen on. Anything but loopback needs BDA_MCP_AUTH_TOKEN, --oidc-issuer or --behind-auth.",
  },
  port: {
    flag: "port",
    variable: "BDA_MCP_PORT",
    type: "text",
    placeholder: "number",
    default: "3000",
    commands: ["http"],
    description: "Port to listen on; 0 for any free one.",
  },
  path: {
    flag: "path",
    variable: "BDA_MCP_PATH",
    type: "text",
    placeholder: "path",
    default: "/mcp",
    commands: ["http"],
    description: "URL path of the MCP endpoint.",
  },
  allowedHosts: {
    flag: "allowed-host",
    variable: "BDA_MCP_ALLOWED_HOSTS",
    type: "list",
    placeholder: "name",
    commands: ["http"],
    description: "Host name that requests may use, besides those of loopback; * for any.",
  },
  allowedOrigins: {
    flag: "allowed-origin",
    variable: "BDA_MCP_ALLOWED_ORIGINS",
    type: "list",
    placeholder: "origin",
    commands: ["http"],
    description: "Web origin that may call, like https://app.example, besides those of loopback.",
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
      "Serve Prometheus metrics at /metrics: on the same port, for BDA_MCP_METRICS_TOKEN and JWTs with the scope bda:metrics, or on a port of its own, open to everyone who can reach it unless that token is set.",
  },
  metricsToken: {
    variable: "BDA_MCP_METRICS_TOKEN",
    type: "text",
    secret: true,
    commands: ["http"],
    description: "Bearer token for reading the metrics, and nothing else. At least 16 characters.",
  },
  behindAuth: {
    flag: "behind-auth",
    variable: "BDA_MCP_BEHIND_AUTH",
    type: "switch",
    commands: ["http"],
    description:
      "Require no token: a gateway in front of this server authenticates callers, and nobody can bypass it.",
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
    description: "Authorization server whose JWTs are accepted (OAuth 2.1), exactly as in their iss claim.",
  },
  oidcAudiences: {
    flag: "oidc-audience",
    variable: "BDA_MCP_OIDC_AUDIENCE",
    type: "list",
    placeholder: "audience",
    commands: ["http"],
    description: "Audience that JWTs must name in their aud claim; any one of those given.",
  },
  publicUrl: {
    flag: "public-url",
    variable: "BDA_MCP_PUBLIC_URL",
    type: "text",
    placeholder: "url",
    commands: ["http"],
    description:
      "URL at which clients reach MCP, like https://mcp.example.com/mcp. Its host is allowed automatically.",
  },
} as const satisfies Record<string, Setting>;
