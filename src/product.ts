import manifest from "../package.json" with { type: "json" };

/** The name and version this product gives of itself: to MCP clients, to AWS (user agent), on the command line. */
export const product = {
  name: manifest.name,
  version: manifest.version,
  title: "Bedrock Data Automation jobs",
} as const;

/** `User-Agent` for every request to AWS: RFC 9110 product tokens, name and version only. */
export const userAgent = `${product.name}/${product.version}`;
