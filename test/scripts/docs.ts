// Writes the README's parts that are made from the code; with --check it only says whether they are as they should be.
import { readFileSync, writeFileSync } from "node:fs";
import { describeTool } from "../../src/protocol/describe-tools.ts";
import { awsVariables, type Setting, settings } from "../../src/settings.ts";
import { createCatalogue } from "../../src/tools/catalogue.ts";
import { root } from "../support/runtimes.ts";
import { watcherOf } from "../support/watcher-of.ts";

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly default?: unknown;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function row(...cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [row(...head), row(...head.map(() => "---")), ...rows].join("\n");
}

/** Every field of a schema, a line each, nested ones with their path. */
function fields(schema: JsonSchema, path = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.items ?? field;
    const at = `${path}${name}${field.items === undefined ? "" : "[]"}`;
    const kind =
      inner.enum === undefined ? (inner.type ?? "any") : inner.enum.map((word) => `\`${word}\``).join(", ");
    const must = schema.required?.includes(name) ? "always" : "where known";
    return [
      row(`\`${at}\``, kind, must, field.description ?? inner.description ?? ""),
      ...fields(inner, `${at}.`),
    ];
  });
}

function toolReference(): string {
  const { tools } = createCatalogue({ watcher: watcherOf(() => Promise.reject()), now: () => 0 });
  return tools
    .map((tool) => {
      const { name, title, description, inputSchema, outputSchema } = describeTool(tool);
      return [
        `#### \`${name}\``,
        `${title}. ${description}`,
        table(["argument", "type", "given", "what"], fields(inputSchema as JsonSchema)),
        table(["answer's field", "type", "present", "what"], fields(outputSchema as JsonSchema)),
      ].join("\n\n");
    })
    .join("\n\n");
}

function settingsTable(): string {
  const entries: readonly Setting[] = Object.values(settings);
  const rows = entries.map(
    ({ flag, short, variable, type, placeholder, default: usual, commands, description }) =>
      row(
        flag === undefined
          ? ""
          : `\`--${flag}${type === "switch" ? "" : ` <${placeholder}>`}\`${short === undefined ? "" : `, \`-${short}\``}`,
        variable === undefined ? "" : `\`${variable}\``,
        usual === undefined ? "" : `\`${usual}\``,
        commands?.join(", ") ?? "all",
        description,
      ),
  );
  const aws = awsVariables.map(({ names, description }) =>
    row("", names.map((name) => `\`${name}\``).join(" "), "", "all", description),
  );
  return table(["flag", "variable", "default", "commands", "what"], [...rows, ...aws]);
}

const parts: Readonly<Record<string, () => string>> = { tools: toolReference, settings: settingsTable };

/** The README with its made parts as the code has them now. */
export function withMadeParts(readme: string): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const [begin, end] = [`<!-- ${name}: made by \`bun run docs\` -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The README has no part ${name}.`);
    return `${text.slice(0, from + begin.length)}\n\n${make()}\n\n${text.slice(to)}`;
  }, readme);
}

if (import.meta.main) {
  const file = `${root}README.md`;
  const before = readFileSync(file, "utf8");
  const after = withMadeParts(before);
  if (before !== after && process.argv.includes("--check")) {
    console.error("The README is not as the code has it: run `bun run docs`.");
    process.exit(1);
  }
  writeFileSync(file, after);
}
