import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { type Host, hosts, published, type ServerEntry, serverName, today } from "./made/hosts.ts";
import { readme, words } from "./readme.ts";

const entry = z.strictObject({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});

function underName<T extends z.ZodType>(key: string, form: T) {
  return z.strictObject({ [key]: z.strictObject({ [serverName]: form }) });
}

/** What a host would start. */
function onlyServer(value: unknown): Record<string, unknown> {
  const [table] = Object.values(value as Record<string, Record<string, Record<string, unknown>>>);
  return table?.[serverName] ?? {};
}

/** How each host reads its block, as its makers describe it; gives what it would start. */
const forms: Readonly<Record<string, (block: string) => unknown>> = {
  // https://code.claude.com/docs/en/mcp: `--` before the command; `--env` takes all that follows up to the next option.
  "Claude Code": (block) => {
    const { host, name, options, server } = added(block);
    expect([host, name]).toEqual(["claude", serverName]);
    expect(options.at(-2)).toBe("--transport");
    return server;
  },
  // https://modelcontextprotocol.io/docs/develop/connect-local-servers
  "Claude Desktop": mcpServers,
  // https://github.com/openai/codex, docs/config.md: the table is mcp_servers, not mcpServers.
  Codex: (block) => onlyServer(underName("mcp_servers", entry).parse(Bun.TOML.parse(block))),
  // https://cursor.com/docs/mcp
  Cursor: mcpServers,
  // https://github.com/google-gemini/gemini-cli, docs/tools/mcp-server.md: exactly one of command, url and httpUrl.
  "Gemini CLI": mcpServers,
  // documentation/docs/guides/config-files.md of block/goose, "Extensions Configuration".
  Goose: (block) => {
    const form = z.strictObject({
      enabled: z.boolean(),
      type: z.literal("stdio"),
      name: z.string(),
      description: z.string(),
      cmd: z.string(),
      args: z.array(z.string()),
      envs: z.record(z.string(), z.string()),
      timeout: z.int(),
    });
    const { cmd, args, envs } = onlyServer(underName("extensions", form).parse(Bun.YAML.parse(block)));
    return { command: cmd, args, env: envs };
  },
  // https://kiro.dev/docs/mcp/configuration
  Kiro: mcpServers,
  // https://code.visualstudio.com/docs/copilot/chat/mcp-servers#_configuration-format
  "VS Code": (block) => {
    const form = entry.extend({ type: z.literal("stdio") });
    const { type: _, ...server } = onlyServer(underName("servers", form).parse(JSON.parse(block)));
    return server;
  },
  // https://docs.windsurf.com/windsurf/cascade/mcp: the same as Claude Desktop's.
  Windsurf: mcpServers,
  // https://zed.dev/docs/ai/mcp#as-custom-servers
  Zed: (block) => onlyServer(underName("context_servers", entry).parse(JSON.parse(block))),
};

/** What a host takes from its own command. */
const commands: Readonly<Record<string, (line: string) => unknown>> = {
  // https://developers.openai.com/codex/mcp: codex mcp add <name> --env A=B -- <command>
  Codex: (line) => {
    const { host, options, server } = added(line);
    expect([host, options[0]]).toEqual(["codex", serverName]);
    return server;
  },
  // https://code.visualstudio.com/docs/copilot/customization/mcp-servers: what stands in the link, as it is.
  "VS Code": (line) => {
    const [host, option, given = "", ...more] = words(line);
    expect([host, option, more]).toEqual(["code", "--add-mcp", []]);
    const { name, ...server } = JSON.parse(given);
    expect(name).toBe(serverName);
    return entry.parse(server);
  },
};

/** A line `<host> mcp add …`, with what stands before `--` and the command behind it. */
function added(line: string) {
  const all = words(line);
  const end = all.indexOf("--");
  const [host, ...options] = all.slice(0, end);
  expect(options.splice(0, 2)).toEqual(["mcp", "add"]);
  const env = all.flatMap((word, index) => (all[index - 1] === "--env" ? [word.split("=")] : []));
  const [command, ...args] = all.slice(end + 1);
  const name = options.pop();
  return { host, name, options, server: { command, args, env: Object.fromEntries(env) } };
}

function mcpServers(block: string): unknown {
  return onlyServer(underName("mcpServers", entry).parse(JSON.parse(block)));
}

/** What each host takes from its link. */
const links: Readonly<Record<string, (link: string) => unknown>> = {
  // https://cursor.com/docs/mcp/install-links: the configuration as JSON in base64.
  Cursor: (link) => {
    const url = new URL(link);
    expect(url.href.split("?")[0]).toBe("cursor://anysphere.cursor-deeplink/mcp/install");
    expect(url.searchParams.get("name")).toBe(serverName);
    return entry.parse(JSON.parse(atob(url.searchParams.get("config") ?? "")));
  },
  // documentation/docs/getting-started/using-extensions.md of block/goose, "Deeplinks": an `arg` for each argument, and
  // one of five commands; the value of an `env` is what the user is asked for.
  Goose: (link) => {
    const url = new URL(link);
    expect([url.protocol, url.host]).toEqual(["goose:", "extension"]);
    for (const needed of ["id", "name", "description", "timeout"])
      expect(url.searchParams.get(needed)).toBeTruthy();
    const env = url.searchParams.getAll("env").map((one) => one.split("=")[0] ?? "");
    expect(env).toEqual(Object.keys(published.env));
    const command = url.searchParams.get("cmd") ?? "";
    expect(["jbang", "npx", "uvx", "goosed", "docker"]).toContain(command);
    return { command, args: url.searchParams.getAll("arg"), env: published.env };
  },
  // https://kiro.dev/docs/mcp/share/#install-link-schema: the configuration as JSON, percent-encoded.
  Kiro: (link) => {
    const url = new URL(link);
    expect(url.href.split("?")[0]).toBe("https://kiro.dev/launch/mcp/add");
    expect(url.searchParams.get("name")).toBe(serverName);
    return entry.parse(JSON.parse(url.searchParams.get("config") ?? ""));
  },
  // https://code.visualstudio.com/api/extension-guides/ai/mcp#create-an-mcp-installation-url: JSON, percent-encoded.
  "VS Code": (link) => {
    const [at, query = ""] = link.split("?");
    expect(at).toBe("vscode:mcp/install");
    const { name, ...server } = JSON.parse(decodeURIComponent(query));
    expect(name).toBe(serverName);
    return entry.parse(server);
  },
};

describe("every host that is written about", () => {
  test("has a form, and the README its block", () => {
    expect(hosts.map(({ name }) => name)).toEqual(Object.keys(forms));
    expect(hosts.filter(({ link }) => link !== undefined).map(({ name }) => name)).toEqual(
      Object.keys(links),
    );
    for (const { name, block } of hosts) {
      expect([name, readme.includes(block(today)), readme.includes(block(published))]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  test.each(hosts.map((host) => [host.name, host] as const))("%s starts what it is told to", (name, host) => {
    for (const server of [today, published] as const)
      expect(forms[name]?.(host.block(server))).toEqual(server);
    if (host.command !== undefined) expect(commands[name]?.(host.command(published))).toEqual(published);
    if (host.link !== undefined) expect(links[name]?.(host.link(published))).toEqual(published);
  });

  test("an odd word stays one", () => {
    const odd: ServerEntry = { command: "a b", args: ['"x" & ä?#='], env: { A: "b c" } };
    const asked = (host: Host) => host.language !== "sh" && host.name !== "Goose";
    for (const host of hosts.filter(asked))
      expect([host.name, forms[host.name]?.(host.block(odd))]).toEqual([host.name, odd]);
  });
});
