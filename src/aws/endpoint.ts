import { CallError } from "./call-error.ts";
import { partitionById } from "./partitions.ts";

/** How a person configured endpoints, already merged from flags, environment and profile. */
export interface EndpointSettings {
  readonly useFips: boolean;
  readonly useDualStack: boolean;
  /** A custom endpoint for this service. */
  readonly endpointUrl?: string;
  /** What set it. */
  readonly endpointFrom?: EndpointOrigin;
}

/** A variable, or a key in one of AWS's files and the profile that has or names it. */
export interface EndpointOrigin {
  readonly setting: string;
  readonly profile?: string;
}

/** The parts of a profile in `~/.aws/config` that decide where requests go. */
export interface ProfileEndpoints {
  /** The profile's name. */
  readonly profile?: string;
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
    readSwitch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", env) ?? profile.ignoreConfiguredEndpointUrls ?? false;
  const found = ignored
    ? undefined
    : (endpointInVariables(service, env) ?? endpointInProfile(service, profile));
  return {
    useFips: readSwitch("AWS_USE_FIPS_ENDPOINT", env) ?? profile.useFipsEndpoint ?? false,
    useDualStack: readSwitch("AWS_USE_DUALSTACK_ENDPOINT", env) ?? profile.useDualstackEndpoint ?? false,
    ...(found === undefined ? {} : { endpointUrl: found.url, endpointFrom: found.from }),
  };
}

interface FoundEndpoint {
  readonly url: string;
  readonly from: EndpointOrigin;
}

/** The custom endpoint that the environment has for a service. */
export function endpointInVariables(
  service: ServiceId,
  env: Readonly<Record<string, string | undefined>>,
): FoundEndpoint | undefined {
  for (const setting of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, "AWS_ENDPOINT_URL"]) {
    const url = env[setting]?.trim();
    if (url) return { url, from: { setting } };
  }
  return undefined;
}

function endpointInProfile(service: ServiceId, settings: ProfileEndpoints): FoundEndpoint | undefined {
  const profile = settings.profile === undefined ? {} : { profile: settings.profile };
  const own = settings.serviceEndpointUrls?.[service];
  if (own) return { url: own, from: { setting: `${service}.endpoint_url`, ...profile } };
  const { endpointUrl: url } = settings;
  return url ? { url, from: { setting: "endpoint_url", ...profile } } : undefined;
}

/**
 * A variable that switches something on or off; absent where it is not set.
 * @throws CallError `configuration`
 */
export function readSwitch(
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean | undefined {
  const given = env[setting]?.trim() ?? "";
  if (given === "") return undefined;
  if (/^(true|false)$/i.test(given)) return given.toLowerCase() === "true";
  throw new CallError("configuration", `${setting} must be true or false.`, { setting, given });
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
  const { useFips, useDualStack, endpointFrom, endpointUrl } = settings;
  if (endpointUrl !== undefined) {
    if (useFips || useDualStack) {
      const setting = useFips ? "FIPS" : "dual-stack";
      throw new CallError(
        "configuration",
        `A custom endpoint cannot be combined with ${setting}: remove the endpoint URL or the ${setting} setting.`,
        { ...endpointFrom, given: withoutUser(endpointUrl) },
      );
    }
    return readEndpointUrl(endpointUrl, endpointFrom);
  }
  const partition = partitionById(place.partition);
  if (partition === undefined || !partition.regionPattern.test(place.region)) {
    throw new CallError("configuration", "The region does not belong to a partition that is known.");
  }
  const suffix = useDualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  return new URL(`https://${hostPrefix}${useFips ? "-fips" : ""}.${place.region}.${suffix}/`);
}

/**
 * A custom endpoint, checked.
 * @throws CallError `configuration`
 */
export function readEndpointUrl(text: string, from?: EndpointOrigin): URL {
  const problem = endpointUrlProblem(text);
  if (problem === undefined) return new URL(text);
  throw new CallError("configuration", `The configured endpoint URL ${problem}.`, {
    ...from,
    given: withoutUser(text),
  });
}

/**
 * Why a text is no custom endpoint, as the rest of a sentence; nothing where it is one. Plain http is taken on loopback
 * only: elsewhere it would show the answer, and the session token, to everyone on the way.
 */
export function endpointUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not a URL; write it as https://host";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https://";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "uses http, which is taken for loopback addresses only; use https://";
  }
  if (url.username || url.password) return "must not contain a user or password";
  return url.search || url.hash ? "must not contain ? or #" : undefined;
}

/** A URL, or what was meant as one, without what may be a secret in it. */
export function withoutUser(text: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][\w+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  return `${scheme}${rest.replace(/^.*@/s, "…@").replace(/([?#]).*$/s, "$1…")}`;
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
