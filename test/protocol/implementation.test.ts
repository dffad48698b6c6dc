import { expect, test } from "bun:test";
import { ImplementationSchema } from "@modelcontextprotocol/sdk/types.js";
import { implementation } from "../../src/protocol/implementation.ts";
import { record } from "../scripts/record.ts";

const [picture, drawing] = implementation.icons;

test("a server shows its icon at the start", async () => {
  const { answers } = await record();
  for (const { initialize } of Object.values(answers)) {
    expect(initialize).toMatchObject({ serverInfo: implementation });
  }
  expect(ImplementationSchema.safeParse(implementation).success).toBe(true);
});

test("the icon is a drawing of its own, and loads and runs nothing", async () => {
  const text = await (await fetch(drawing?.src ?? "")).text();
  expect(text).toMatch(/^<svg xmlns='http:\/\/www\.w3\.org\/2000\/svg' viewBox='0 0 24 24'>.*<\/svg>$/);
  expect(text).not.toMatch(/script|href|url\(|\son\w+=/i);
  expect(drawing?.src.length).toBeLessThan(600);
});

// MCP has every client that shows icons take PNG; VS Code takes no SVG, in mcpIcons.ts of microsoft/vscode.
test("it is there as PNG too, of the size that it says", async () => {
  expect(picture).toMatchObject({ mimeType: "image/png", sizes: ["48x48"] });
  const file = Buffer.from(await (await fetch(picture?.src ?? "")).arrayBuffer());
  expect(file.toString("latin1", 1, 4)).toBe("PNG");
  expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([48, 48]);
});
