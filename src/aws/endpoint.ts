import { CallError } from "./call-error.ts";
import { partitionById } from "./partitions.ts";

/** How a person configured endpoints, already merged from flags, environment and profile. */
export interface EndpointSettings {
  readonly useFips: boolean;
  readonly useDualStack: boolean;
  /** A custom endpoint for this service. */
  readonly endpointUrl?: string;
}

/** The parts of a profile in `~/.aws/config` that decide where requests go. */
export interface ProfileEndpoints {
  readonly endpointUrl?: string;
  /** By service id in snake case, for example `bedrock_data_automation_runtime`. */
  readonly serviceEndpointUrls?: Readonly<Record<string, string>>;
  readonly useFipsEndpoint?: boolean;
  readonly useDualstackEndpoint?: boolean;
  readonly ignoreConfiguredEndpointUrls?: boolean;
}

/** The services that this product calls, by the id that AWS's settings use for them. */
export type ServiceId = "bedrock_data_automation_runtime" | "sts" | "s3";

/**
 * AWS's order: the service's own variable, the general variable, the profile's entry for the service, the
 * profile's general one; and none of them if configured endpoints are to be ignored.
 * Source: AWS SDKs and Tools reference, "Service-specific endpoints".
 */
export function endpointSettings(
  service: ServiceId,
  env: Readonly<Record<string, string | undefined>>,
  profile: ProfileEndpoints = {},
): EndpointSettings {
  const ignored =
    flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", env) ?? profile.ignoreConfiguredEndpointUrls ?? false;
  const endpointUrl = ignored
    ? undefined
    : env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
      env.AWS_ENDPOINT_URL ||
      profile.serviceEndpointUrls?.[service] ||
      profile.endpointUrl;
  return {
    useFips: flag("AWS_USE_FIPS_ENDPOINT", env) ?? profile.useFipsEndpoint ?? false,
    useDualStack: flag("AWS_USE_DUALSTACK_ENDPOINT", env) ?? profile.useDualstackEndpoint ?? false,
    ...(endpointUrl ? { endpointUrl } : {}),
  };
}

function flag(name: string, env: Readonly<Record<string, string | undefined>>): boolean | undefined {
  const value = env[name]?.trim().toLowerCase();
  if (value === undefined || value === "") return undefined;
  if (value === "true") return true;
  if (value === "false") return false;
  throw new CallError("configuration", `${name} must be true or false.`, { setting: name });
}

/**
 * The URL to call for a regional service, by the service's published rule set.
 * @throws CallError `configuration` where the settings contradict each other or the custom endpoint is not usable
 */
export function resolveEndpoint(
  hostPrefix: string,
  place: { readonly partition: string; readonly region: string },
  settings: EndpointSettings,
): URL {
  const { useFips, useDualStack, endpointUrl } = settings;
  if (endpointUrl !== undefined) {
    if (useFips || useDualStack) {
      const setting = useFips ? "FIPS" : "dual-stack";
      throw new CallError(
        "configuration",
        `A custom endpoint cannot be combined with ${setting}: remove the endpoint URL or the ${setting} setting.`,
        { setting: "AWS_ENDPOINT_URL" },
      );
    }
    return readEndpointUrl(endpointUrl);
  }
  const partition = partitionById(place.partition);
  if (partition === undefined || !partition.regionPattern.test(place.region)) {
    throw new CallError("configuration", "The region does not belong to a partition that is known.");
  }
  const suffix = useDualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  return new URL(`https://${hostPrefix}${useFips ? "-fips" : ""}.${place.region}.${suffix}/`);
}

/**
 * A custom endpoint, checked. Plain http is taken on loopback only: elsewhere it would show the answer, and the
 * session token, to everyone on the way.
 * @throws CallError `configuration`
 */
export function readEndpointUrl(text: string): URL {
  const wrong = (why: string) =>
    new CallError("configuration", `The configured endpoint URL ${why}.`, { setting: "AWS_ENDPOINT_URL" });
  if (!URL.canParse(text)) throw wrong("is not a URL; write it as https://host");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw wrong("must begin with https://");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw wrong("uses http, which is taken for loopback addresses only; use https://");
  }
  if (url.username || url.password) throw wrong("must not contain a user or password");
  if (url.search || url.hash) throw wrong("must not contain ? or #");
  return url;
}

/** Whether what is asked for there is shown to nobody on the way: https, or this machine; without user or password. */
export function isTrustedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, password, protocol, username } = new URL(text);
  const unseen = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return unseen && username === "" && password === "";
}

/** Whether this host name can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
