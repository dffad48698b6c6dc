import { product } from "../../../src/product.ts";
import { closed, row, table } from "./markdown.ts";

/** How a host is told to start a server. */
export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const serverName = "bedrock-data-automation";
const env = { AWS_PROFILE: "my-profile" };

/** From a clone that has been set up, whether there is a Bun of one's own or not. */
export const today: ServerEntry = {
  command: "/path/to/bedrock-data-automation-mcp/node_modules/.bin/bun",
  args: ["/path/to/bedrock-data-automation-mcp/src/main.ts"],
  env,
};
export const published: ServerEntry = { command: "npx", args: ["-y", product.name], env };

export interface Host {
  readonly name: string;
  /** Where the block goes, after "in". */
  readonly where: string;
  readonly language: "json" | "toml" | "yaml" | "sh";
  readonly block: (server: ServerEntry) => string;
  /** The host's own command that writes the block. */
  readonly command?: (server: ServerEntry) => string;
  /** Opens the host and has it ask whether to install the server. */
  readonly link?: (server: ServerEntry) => string;
}

const description = "Checks Amazon Bedrock Data Automation jobs and explains them";

/** In the order of the alphabet. Where each form is described stands in the test that checks it. */
export const hosts: readonly Host[] = [
  {
    name: "Claude Code",
    where: "a terminal",
    language: "sh",
    block: ({ command, args, env }) =>
      [
        "claude mcp add",
        ...envOptions(env),
        // What comes right after `--env` is taken for one more variable.
        `--transport stdio ${serverName} -- ${[command, ...args].join(" ")}`,
      ].join(" "),
  },
  {
    name: "Claude Desktop",
    where: "`claude_desktop_config.json`",
    language: "json",
    block: mcpServers,
  },
  {
    name: "Codex",
    where: "`~/.codex/config.toml`",
    language: "toml",
    block: ({ command, args, env }) =>
      [
        `[mcp_servers.${serverName}]`,
        `command = ${JSON.stringify(command)}`,
        `args = ${JSON.stringify(args)}`,
        `env = { ${Object.entries(env)
          .map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}`)
          .join(", ")} }`,
      ].join("\n"),
    command: ({ command, args, env }) =>
      ["codex mcp add", serverName, ...envOptions(env), "--", command, ...args].join(" "),
  },
  {
    name: "Cursor",
    where: "`~/.cursor/mcp.json`, or `.cursor/mcp.json` of a project",
    language: "json",
    block: mcpServers,
    link: (server) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${serverName}&config=${encodeURIComponent(btoa(JSON.stringify(server)))}`,
  },
  {
    name: "Gemini CLI",
    where: "`~/.gemini/settings.json`, or `.gemini/settings.json` of a project",
    language: "json",
    block: mcpServers,
  },
  {
    name: "Goose",
    where: "`~/.config/goose/config.yaml`",
    language: "yaml",
    block: ({ command, args, env }) =>
      [
        "extensions:",
        `  ${serverName}:`,
        "    enabled: true",
        "    type: stdio",
        `    name: ${product.title}`,
        `    description: ${description}`,
        `    cmd: ${command}`,
        `    args: ${JSON.stringify(args)}`,
        `    envs: ${JSON.stringify(env)}`,
        "    timeout: 300",
      ].join("\n"),
    link: ({ command, args, env }) =>
      `goose://extension?${[
        ["cmd", command],
        ...args.map((arg) => ["arg", arg]),
        ["timeout", "300"],
        ["id", serverName],
        ["name", product.title],
        ["description", description],
        ...Object.keys(env).map((name) => ["env", `${name}=The profile in ~/.aws to use`]),
      ]
        .map(([key, value = ""]) => `${key}=${encodeURIComponent(value)}`)
        .join("&")}`,
  },
  {
    name: "Kiro",
    where: "`~/.kiro/settings/mcp.json`, or `.kiro/settings/mcp.json` of a workspace",
    language: "json",
    block: mcpServers,
    link: (server) =>
      `https://kiro.dev/launch/mcp/add?name=${serverName}&config=${encodeURIComponent(JSON.stringify(server))}`,
  },
  {
    name: "VS Code",
    where: "`.vscode/mcp.json`, where the key is `servers`",
    language: "json",
    block: (server) => json({ servers: { [serverName]: { type: "stdio", ...server } } }),
    command: (server) => `code --add-mcp '${JSON.stringify({ name: serverName, ...server })}'`,
    link: (server) =>
      `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: serverName, ...server }))}`,
  },
  {
    name: "Windsurf",
    where: "`~/.codeium/windsurf/mcp_config.json`",
    language: "json",
    block: mcpServers,
  },
  {
    name: "Zed",
    where: "`settings.json`, which `zed: open settings` opens",
    language: "json",
    block: (server) => json({ context_servers: { [serverName]: server } }),
  },
];

function envOptions(env: ServerEntry["env"]): string[] {
  return Object.entries(env).map(([name, value]) => `--env ${name}=${value}`);
}

function mcpServers(server: ServerEntry): string {
  return json({ mcpServers: { [serverName]: server } });
}

/** Short lists and objects each on one line. */
function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
    .replace(
      /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
      (_, items: string) => `[${items.replace(/,\s+/g, ", ")}]`,
    )
    .replace(/\{\s+("[^"]*": "[^"]*")\s+\}/g, "{ $1 }");
}

/** Claude Desktop's block is the README's own; here is who else takes it, who takes another, and the links. */
export function hostBlocks(): string {
  const alike = hosts.filter(({ name, block }) => block === mcpServers && name !== "Claude Desktop");
  const others = hosts.filter(({ block }) => block !== mcpServers);
  const links = hosts.flatMap(({ name, link }) =>
    link === undefined ? [] : [`${name}:`, fenced("text", link(published))],
  );
  return [
    "The same block, in another file:",
    table(
      ["host", "file"],
      alike.map(({ name, where }) => row(name, where)),
    ),
    "A block of their own:",
    ...others.map((host) =>
      closed(
        host.name,
        `In ${host.where}, from a clone:`,
        fenced(host.language, host.block(today)),
        "From npm:",
        fenced(host.language, host.block(published)),
        ...(host.command === undefined
          ? []
          : ["From npm, in a terminal:", fenced("sh", host.command(published))]),
      ),
    ),
    closed(
      "Install links, from npm",
      "Each opens the host, which asks whether to install the server.",
      ...links,
    ),
  ].join("\n\n");
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
