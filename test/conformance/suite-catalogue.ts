import { z } from "zod";
import { systemClock } from "../../src/ports.ts";
import { type Catalogue, createCatalogue } from "../../src/tools/catalogue.ts";
import { icons } from "../../src/tools/icons.ts";
import type { Prompt } from "../../src/tools/prompt.ts";
import type { ResourceTemplate } from "../../src/tools/resource.ts";
import { readScope } from "../../src/tools/scopes.ts";
import { readOnlyAnnotations, type Tool, type ToolContext } from "../../src/tools/tool.ts";
import { watcherOf } from "../support/watcher-of.ts";
import { SuiteTasks } from "./suite-tasks.ts";

/**
 * What the suite wants a server to offer, as far as this product has a form for it: so that the suite sees the layers
 * that carry every tool, and not only what ours happen to do.
 */
export function suiteCatalogue(): Catalogue {
  const watcher = watcherOf(() => Promise.reject(new Error("not asked")));
  return {
    ...createCatalogue({ watcher, now: () => systemClock.now(), random: Math.random }),
    tasks: new SuiteTasks(),
    tools: [
      tool("greet", async (_, { name }) => `Hello, ${name}!`),
      { ...tool("slow_compute", async () => "Computed."), taskSupport: "optional" },
      { ...tool("failing_job", async () => "Failed."), taskSupport: "optional" },
      tool("test_simple_text", async () => "This is a simple text."),
      tool("test_error_handling", async () => {
        throw new Error("as asked for");
      }),
      tool("test_tool_with_progress", async ({ reportProgress }) => {
        for (const progress of [0, 50, 100]) {
          reportProgress({ progress, total: 100, message: `${progress} of 100` });
          // Most clients drop a message of progress that comes together with the result.
          await systemClock.sleep(20);
        }
        return "Done.";
      }),
    ],
    resources: [
      {
        uri: "test://static-text",
        ...described("static-text"),
        read: () => [{ mimeType: "text/plain", text: "static" }],
      },
    ],
    resourceTemplates: [template],
    prompts: [prompt("test_simple_prompt", []), prompt("test_prompt_with_arguments", ["arg1", "arg2"])],
  };
}

function described(name: string) {
  return { name, title: name, description: "Of the conformance suite.", mimeType: "text/plain" };
}

function tool(
  name: string,
  text: (context: ToolContext, given: Readonly<Record<string, unknown>>) => Promise<string>,
): Tool {
  const { title, description } = described(name);
  return {
    name,
    title,
    description,
    icon: icons.status,
    inputSchema: z.looseObject({}),
    outputSchema: z.object({}),
    annotations: readOnlyAnnotations,
    scope: readScope,
    call: async (given, context) => ({
      isError: false,
      text: await text(context, given),
      structuredContent: {},
    }),
  };
}

const templated = /^test:\/\/template\/(.*)\/data$/;

const template: ResourceTemplate = {
  uriTemplate: "test://template/{id}/data",
  ...described("template"),
  scope: readScope,
  has: (uri) => templated.test(uri),
  read: async (uri) =>
    templated.test(uri)
      ? {
          ok: true,
          value: {
            contents: [{ mimeType: "text/plain", text: uri.replace(templated, "$1") }],
            freshForMs: 0,
          },
        }
      : { ok: false, notFound: true, message: "There is no such resource." },
  exists: async () => ({ ok: true, value: true }),
  subscribe: () => ({ ok: false, notFound: true, message: "Nothing changes." }),
  complete: () => [],
};

function prompt(name: string, names: readonly string[]): Prompt {
  const { title, description } = described(name);
  return {
    name,
    title,
    description,
    arguments: names.map((argument) => ({ name: argument, description, required: true })),
    message: (given) => ({ ok: true, text: `Said: ${Object.values(given).join(", ")}` }),
    complete: (_, typed) => [`${typed}-completed`],
  };
}
