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
  // https://code.claude.com/docs/en/mcp: options before the name, `--` before the command.
  "Claude Code": (block) => {
    const all = words(block);
    const end = all.indexOf("--");
    const [name] = all.slice(0, end).toReversed();
    expect([all.slice(0, 3), name]).toEqual([["claude", "mcp", "add"], serverName]);
    const env = all.flatMap((word, index) => (all[index - 1] === "--env" ? [word.split("=")] : []));
    const [command, ...args] = all.slice(end + 1);
    return { command, args, env: Object.fromEntries(env) };
  },
  // https://github.com/openai/codex, docs/config.md: the table is mcp_servers, not mcpServers.
  Codex: (block) => onlyServer(underName("mcp_servers", entry).parse(Bun.TOML.parse(block))),
  // https://cursor.com/docs/context/mcp
  Cursor: mcpServers,
  // https://github.com/google-gemini/gemini-cli, docs/tools/mcp-server.md: exactly one of command, url and httpUrl.
  "Gemini CLI": mcpServers,
  // https://block.github.io/goose/docs/getting-started/using-extensions: config.yaml's entry of a stdio extension.
  Goose: (block) => {
    const form = z.strictObject({
      enabled: z.boolean(),
      type: z.literal("stdio"),
      name: z.string(),
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

function mcpServers(block: string): unknown {
  return onlyServer(underName("mcpServers", entry).parse(JSON.parse(block)));
}

/** What each host takes from its link. */
const links: Readonly<Record<string, (link: string) => unknown>> = {
  // https://cursor.com/docs/context/mcp/install-links: the configuration as JSON in base64.
  Cursor: (link) => {
    const url = new URL(link);
    expect(url.href.split("?")[0]).toBe("cursor://anysphere.cursor-deeplink/mcp/install");
    expect(url.searchParams.get("name")).toBe(serverName);
    return entry.parse(JSON.parse(atob(url.searchParams.get("config") ?? "")));
  },
  // https://block.github.io/goose/docs/getting-started/using-extensions#deeplinks: an `arg` for each argument; the
  // value of an `env` is what the user is asked for.
  Goose: (link) => {
    const url = new URL(link);
    expect([url.protocol, url.host]).toEqual(["goose:", "extension"]);
    for (const needed of ["id", "name", "description", "timeout"])
      expect(url.searchParams.get(needed)).toBeTruthy();
    const env = url.searchParams.getAll("env").map((one) => one.split("=")[0] ?? "");
    expect(env).toEqual(Object.keys(published.env));
    return { command: url.searchParams.get("cmd"), args: url.searchParams.getAll("arg"), env: published.env };
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
    if (host.link !== undefined) expect(links[name]?.(host.link(published))).toEqual(published);
  });

  test("an odd word stays one", () => {
    const odd: ServerEntry = { command: "a b", args: ['"x" & ä?#='], env: { A: "b c" } };
    const asked = (host: Host) => host.language !== "sh" && host.name !== "Goose";
    for (const host of hosts.filter(asked))
      expect([host.name, forms[host.name]?.(host.block(odd))]).toEqual([host.name, odd]);
  });
});
