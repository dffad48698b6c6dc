// The bundle that Claude Desktop installs with a click: the built folder with a manifest.
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packExtension } from "@anthropic-ai/mcpb";
import manifest from "../../package.json" with { type: "json" };
import { product } from "../../src/product.ts";
import { settings } from "../../src/settings/settings.ts";

/** https://github.com/anthropics/mcpb/blob/main/MANIFEST.md, version 0.3. */
export function mcpbManifest() {
  const { description, keywords, license, name, version, engines } = manifest;
  return {
    manifest_version: "0.3",
    name,
    display_name: product.title,
    version,
    description,
    author: { name: `The authors of ${name}` },
    license,
    keywords,
    icon: "icon.png",
    tools_generated: false,
    server: {
      type: "node",
      entry_point: "server/main.js",
      mcp_config: {
        command: "node",
        args: [`${"$"}{__dirname}/server/main.js`],
        env: {
          [settings.profile.variable]: userConfig("profile"),
          [settings.allowedRegions.variable]: userConfig("allowed_regions"),
          [settings.results.variable]: userConfig("results"),
        },
      },
    },
    compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: engines.node } },
    user_config: {
      profile: {
        type: "string",
        title: "AWS profile",
        description: `${settings.profile.description} Empty: the default one.`,
        required: false,
        default: "",
      },
      allowed_regions: {
        type: "string",
        title: "Regions",
        description: "Regions whose jobs may be asked about, with commas between them. Empty: all.",
        required: false,
        default: "",
      },
      results: {
        type: "boolean",
        title: "Read results",
        description: settings.results.description,
        required: false,
        default: true,
      },
    },
  };
}

function userConfig(name: string): string {
  return `${"$"}{user_config.${name}}`;
}

/** Packs the built folder into `file`. @throws where the manifest is not of the format's form */
export async function packMcpb(built: string, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bda-mcpb-"));
  await mkdir(join(folder, "server"), { recursive: true });
  const needless = /(\.d\.ts|[/\\](deploy|release|README\.md))$/;
  await cp(built, join(folder, "server"), { recursive: true, filter: (path) => !needless.test(path) });
  await copyFile(new URL("icon.png", import.meta.url), join(folder, "icon.png"));
  await writeFile(join(folder, "manifest.json"), JSON.stringify(mcpbManifest(), undefined, 2));
  const packed = await packExtension({ extensionPath: folder, outputPath: file, silent: true });
  await rm(folder, { recursive: true });
  if (!packed) throw new Error("The bundle for Claude Desktop could not be packed.");
}
