import { product } from "../product.ts";

/** A page with a tick, in 24 by 24. */
const drawing =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><path fill='#01a88d' d='M5 2h10l5 5v15H5z'/><path fill='none' stroke='#fff' stroke-width='2.4' d='M8.5 14.5l3 3 5-6.5'/></svg>";

/** What this server says of itself to MCP clients. Tools have no icons: in the list of tools a model pays for each. */
export const implementation = {
  name: product.name,
  version: product.version,
  title: product.title,
  icons: [
    {
      src: `data:image/svg+xml,${encodeURIComponent(drawing)}`,
      mimeType: "image/svg+xml",
      sizes: ["any"],
    },
  ],
};
