import { expect, test } from "bun:test";
import { ImplementationSchema } from "@modelcontextprotocol/sdk/types.js";
import { implementation } from "../../src/protocol/implementation.ts";
import { record } from "../scripts/record.ts";

test("a server shows an icon that is a drawing of its own, and loads and runs nothing", async () => {
  const { answers } = await record();
  for (const { initialize } of Object.values(answers)) {
    expect(initialize).toMatchObject({ serverInfo: implementation });
  }
  expect(ImplementationSchema.safeParse(implementation).success).toBe(true);
  const [icon] = implementation.icons;
  const drawing = await (await fetch(icon?.src ?? "")).text();
  expect(drawing).toMatch(/^<svg xmlns='http:\/\/www\.w3\.org\/2000\/svg' viewBox='0 0 24 24'>.*<\/svg>$/);
  expect(drawing).not.toMatch(/script|href|url\(|\son\w+=/i);
  expect(icon?.src.length).toBeLessThan(600);
});
