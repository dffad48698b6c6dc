import { expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer";
import { guideResource } from "../../src/tools/guide-resource.ts";

test("the guide names the real states and fields, what there is not, and costs under 600 tokens", () => {
  const text = guideResource
    .read()
    .map((content) => content.text)
    .join("\n");
  expect(countTokens(text)).toBeLessThan(600);
  for (const real of ["Created", "InProgress", "Success", "ClientError", "ServiceError", "errorMessage"]) {
    expect(text).toContain(real);
  }
  expect(text).toMatch(/No operation lists, cancels .* none returns results/);
  expect(text).toMatch(/Statuses COMPLETED, .*FAILED.* do not exist/);
});
