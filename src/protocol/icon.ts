/** A picture as MCP has it since revision 2025-11-25. */
export interface Icon {
  readonly src: string;
  readonly mimeType: string;
  readonly sizes: string[];
}

/** The first revision whose clients know icons. */
export const firstRevisionWithIcons = "2025-11-25";

/** A square picture from its file in base64. It stands in the message: hosts load nothing from elsewhere for a server on stdio. */
export function pngIcon(base64: string, pixels: number): Icon {
  return { src: `data:image/png;base64,${base64}`, mimeType: "image/png", sizes: [`${pixels}x${pixels}`] };
}
