/** Who may call over HTTP: how the settings that say so are read. */
import { z } from "zod";
import { isLoopback, isTrustedUrl } from "./aws/endpoint.ts";
import { splitList } from "./command-line.ts";

/** A secret that lets in whoever has it, and what its holder is called. */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

/** What the holder of the only token is called, where it was given without a name. */
const onlyName = "token";

/** A token with a name before it. Base64's `=` at the end of a token makes no name of it. */
const namedToken = /^([A-Za-z][\w.-]{0,63})=(?!=*$)(.*)$/;

/** Whether a token, or the first of a list of them, is named. */
export function isNamedToken(text: string): boolean {
  return namedToken.test(text);
}

/** One token, or several as `name=token,other=token`. */
export const namedTokens = z.string().transform((text, context): readonly NamedToken[] => {
  const tokens = splitList(text).map((part) => {
    const [, name, token] = namedToken.exec(part) ?? [];
    return { name, token: token ?? part };
  });
  const message = tokensProblem(tokens);
  if (message !== undefined) context.addIssue({ code: "custom", message });
  return tokens.map(({ name = onlyName, token }) => ({ name, token }));
});

function tokensProblem(
  tokens: readonly { readonly name: string | undefined; readonly token: string }[],
): string | undefined {
  const which = (index: number) =>
    tokens.length < 2 ? "" : ` in each token, and number ${index + 1} has not`;
  const short = tokens.findIndex(({ token }) => token.length < 16);
  if (tokens.length === 0 || short >= 0)
    return `must have at least 16 characters${which(Math.max(0, short))}`;
  const strange = tokens.findIndex(({ token }) => !/^[\x20-\x7e]+$/.test(token));
  if (strange >= 0) return `must be of ASCII characters${which(strange)}`;
  const nameless = tokens.findIndex(({ name }) => name === undefined);
  if (tokens.length > 1 && nameless >= 0) {
    return `must name each of several tokens, like new=<token>,old=<token>, and number ${nameless + 1} has no name`;
  }
  if (new Set(tokens.map(({ name }) => name)).size < tokens.length) return "must not have one name twice";
  if (new Set(tokens.map(({ token }) => token)).size < tokens.length) return "must not have one token twice";
  return undefined;
}

/** A URL that can be trusted to be whose it says: https, or this machine. Kept letter by letter. */
export function trustedUrl(example: string) {
  return z.string().refine((text) => {
    return /^https?:\/\/[^?#\s]+$/i.test(text) && isTrustedUrl(text);
  }, `must be an https URL without user, ? or #, like ${example} (http on loopback only)`);
}

/** What was given for a setting, and by what. */
export interface GivenValue {
  readonly source: string;
  readonly value: unknown;
}

/** What is wrong with settings that are each right for itself. */
export function accessProblems(
  given: (
    name:
      | "host"
      | "path"
      | "allowedHosts"
      | "authToken"
      | "behindAuth"
      | "metrics"
      | "metricsToken"
      | "oidcIssuer"
      | "oidcAudiences"
      | "publicUrl",
  ) => GivenValue,
): string[] {
  const [host, issuer, audiences] = [given("host"), given("oidcIssuer"), given("oidcAudiences")];
  const hasAudience = Array.isArray(audiences.value) && audiences.value.length > 0;
  const problems: string[] = [];
  if (issuer.value !== undefined && !hasAudience) {
    problems.push(
      `${issuer.source} needs ${audiences.source}: the audience in the aud claim of tokens for this server.`,
    );
  }
  if (issuer.value === undefined && hasAudience) {
    problems.push(`${audiences.source} needs ${issuer.source}: the issuer of the tokens.`);
  }
  problems.push(...metricsProblems(given));
  const open = issuer.value === undefined && given("authToken").value === undefined;
  if (!isLoopbackAddress(host.value) && open && given("behindAuth").value !== true) {
    problems.push(
      `${host.source} is not a loopback address: everyone who reaches it could use this server's AWS permissions. Set BDA_MCP_AUTH_TOKEN or --oidc-issuer, or listen on 127.0.0.1; --behind-auth if a gateway in front of this server authenticates callers.`,
    );
  }
  const elsewhere = reachedElsewhere(host, given("allowedHosts"));
  if (issuer.value !== undefined && given("publicUrl").value === undefined && elsewhere !== undefined) {
    problems.push(
      `${elsewhere}: clients that look for ${issuer.source} have to be told by which URL they reach this server. Set --public-url or BDA_MCP_PUBLIC_URL, like https://mcp.example.com/mcp.`,
    );
  }
  return problems;
}

/** How others than this machine's may reach the server. */
function reachedElsewhere(host: GivenValue, allowedHosts: GivenValue): string | undefined {
  if (!isLoopbackAddress(host.value)) return `${host.source} is not a loopback address`;
  const names: readonly unknown[] = Array.isArray(allowedHosts.value) ? allowedHosts.value : [];
  const other = names.find((name) => !isLoopbackAddress(name));
  return other === undefined ? undefined : `${allowedHosts.source} ${other} is not a loopback name`;
}

/** Callers' own tokens open no figures: they tell of all callers. */
function metricsProblems(
  given: (name: "authToken" | "metrics" | "metricsToken" | "oidcIssuer" | "path") => GivenValue,
): string[] {
  const [metrics, path] = [given("metrics"), given("path")];
  if (metrics.value === "same" && /^\/metrics\/?$/.test(String(path.value))) {
    return [`${path.source} must be another than /metrics, where ${metrics.source} serves the figures.`];
  }
  const [token, own] = [given("metricsToken"), given("authToken").value];
  if (token.value === undefined) {
    const readable = own === undefined || given("oidcIssuer").value !== undefined;
    return metrics.value !== "same" || readable
      ? []
      : [
          `${metrics.source} on MCP's port needs BDA_MCP_METRICS_TOKEN: the figures tell of all callers, so those of BDA_MCP_AUTH_TOKEN do not open them. Or give them a port of their own, like --metrics 9464.`,
        ];
  }
  const tokens = typeof own === "string" ? (namedTokens.safeParse(own).data ?? []) : [];
  return tokens.some((one) => one.token === token.value)
    ? [`${token.source} must be none of BDA_MCP_AUTH_TOKEN: it opens the figures and nothing else.`]
    : [];
}

function isLoopbackAddress(host: unknown): boolean {
  if (typeof host !== "string") return true;
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return isLoopback(name.toLowerCase());
}
