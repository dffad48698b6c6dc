// What MCP's registry is told. https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json
import manifest from "../../package.json" with { type: "json" };
import { product } from "../../src/product.ts";
import type { Setting } from "../../src/settings/setting.ts";
import { settings } from "../../src/settings/settings.ts";

/** Where it is released from: GitHub tells its workflows. Absent anywhere else. */
export const repository =
  process.env.GITHUB_REPOSITORY === undefined
    ? undefined
    : `https://github.com/${process.env.GITHUB_REPOSITORY}`;

/** The registry gives a name to whoever owns the repository that it begins with. */
const owner = process.env.GITHUB_REPOSITORY?.split("/")[0] ?? manifest.name;
export const registryName = `io.github.${owner}/${manifest.name}`;

/** The settings that an assistant's user is asked for. */
export const asked = ["profile", "allowedRegions", "results"] as const;

export interface Bundle {
  /** Where it will be downloaded from. */
  readonly url: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

export function serverJson(bundle?: Bundle) {
  const { name, version } = manifest;
  const transport = { type: "stdio" };
  const environmentVariables = asked.map((setting) => {
    const { default: usual, description, variable }: Setting = settings[setting];
    return { name: variable, description, ...(usual === undefined ? {} : { default: usual }) };
  });
  const npm = {
    registryType: "npm",
    registryBaseUrl: "https://registry.npmjs.org",
    identifier: name,
    version,
    runtimeHint: "npx",
    transport,
    environmentVariables,
  };
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: registryName,
    title: product.title,
    description: manifest.description,
    version,
    ...(repository === undefined ? {} : { repository: { url: repository, source: "github" } }),
    packages: [
      npm,
      ...(bundle === undefined
        ? []
        : [{ registryType: "mcpb", identifier: bundle.url, version, fileSha256: bundle.sha256, transport }]),
    ],
  };
}
