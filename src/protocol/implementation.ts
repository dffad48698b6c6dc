import { product } from "../product.ts";
import { pngIcon } from "./icon.ts";

/** A page with a tick, in 24 by 24. */
const drawing =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><path fill='#01a88d' d='M5 2h10l5 5v15H5z'/><path fill='none' stroke='#fff' stroke-width='2.4' d='M8.5 14.5l3 3 5-6.5'/></svg>";

/** The same, 48 by 48. */
const picture =
  "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAgMAAAAqbBEUAAAADFBMVEUHqo9MaXH9//+n4dfGOPvAAAAAAnRSTlP5ALPtl8wAAAAJcEhZcwAAFiUAABYlAUlSJPAAAAB/SURBVCjPvdKxDYAwDARAR1EahNJlCUYIS9CwD6NQoociEgtknkwBDfHTQQHuTpZflmUZqeQxBjnLMOSGwHAMw5AbAsMxDEN+gc+EmAjdRsCssJgUHjWglWat0b10S0XJZb5gsSNpB+f8hQjobh6LwmKjrUsixIngPzrV6985ACnnfEBT+GznAAAAAElFTkSuQmCC";

/** What this server says of itself to MCP clients. */
export const implementation = {
  name: product.name,
  version: product.version,
  title: product.title,
  icons: [
    pngIcon(picture, 48),
    {
      src: `data:image/svg+xml,${encodeURIComponent(drawing)}`,
      mimeType: "image/svg+xml",
      sizes: ["any"],
    },
  ],
};
