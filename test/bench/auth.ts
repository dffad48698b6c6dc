import { audience, fakeIssuer, signingKey } from "../support/fake-issuer.ts";
import { type Runtime, runtimes } from "../support/runtimes.ts";
import { env, helperProcess, quietServer, rate, total, warm } from "./calls.ts";
import { atLeast, type Figure, inTurn } from "./measure.ts";

/** `tools/call` per second over HTTP where each call shows a JWT, against the same without any. */
export async function benchAuth(rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const runtime of runtimes) figures.push(...(await ofRuntime(runtime, rounds)));
  return figures;
}

async function ofRuntime(runtime: Runtime, rounds: number): Promise<Figure[]> {
  await using endpoint = await helperProcess("endpoint.ts");
  await using issuer = await fakeIssuer("", await signingKey("bench", "RS256"));
  const tokens = (count: number, claims: (index: number) => Record<string, unknown>) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        issuer.token({ claims: { exp: Math.floor(Date.now() / 1000) + 3600, ...claims(index) } }),
      ),
    );
  const ofCallers = await tokens(100, (index) => ({ sub: `user-${index}` }));
  // More than are remembered, so that each is verified anew in every round.
  const everyTimeNew = await tokens(total, (index) => ({ jti: String(index) }));
  await using without = await quietServer({ ...env, AWS_ENDPOINT_URL: endpoint.url }, runtime);
  await using checked = await quietServer(
    {
      ...env,
      AWS_ENDPOINT_URL: endpoint.url,
      BDA_MCP_OIDC_ISSUER: issuer.url,
      BDA_MCP_OIDC_AUDIENCE: audience,
    },
    runtime,
  );
  await warm(without.url);
  await warm(checked.url, (call) => ofCallers[call % ofCallers.length] ?? "");
  const rates = await inTurn(rounds, {
    without: () => rate(without.url),
    checked: () => rate(checked.url, (call) => ofCallers[call % ofCallers.length] ?? ""),
    verified: () => rate(checked.url, (call) => everyTimeNew[call % everyTimeNew.length] ?? ""),
  });
  const of = (other: number) =>
    `${other.toFixed(0)} a second against ${rates.without.toFixed(0)} a second without`;
  return [
    atLeast(
      `tools/call rate with JWTs of 100 callers, ${runtime}`,
      rates.checked / rates.without,
      0.8,
      of(rates.checked),
    ),
    {
      name: `the same, each JWT seen for the first time, ${runtime}`,
      ratio: rates.verified / rates.without,
      of: of(rates.verified),
    },
  ];
}
