import { CallError, type CallErrorCode, type CallErrorFacts } from "./call-error.ts";
import { deniedPermission } from "./credential-permission.ts";

/**
 * What `fetch` threw before anything answered, as a CallError. Node and Bun give a system code, on the error or on its
 * cause; Deno gives words only. The words hold the URL, so none of them is passed on.
 */
export function networkFailure(thrown: unknown, facts: CallErrorFacts): CallError {
  const chain = causes(thrown);
  const systemCode = systemCodeOf(chain);
  const words = chain.map((error) => error.message).join(" | ");
  const permission = deniedPermission(thrown);
  if (permission !== undefined) {
    return new CallError(
      "runtime_permission",
      `Deno was started without ${permission}.`,
      { ...facts, missingPermission: permission },
      { cause: thrown },
    );
  }
  const code = classify(systemCode, words);
  return new CallError(
    code,
    `${facts.operation ?? "The call"} did not reach ${facts.host ?? "the service"}: ${code}.`,
    {
      ...facts,
      ...(systemCode === "" ? {} : { systemCode }),
      ...(code === "tls" && isWithoutTls(systemCode, words) ? { speaksTls: false } : {}),
    },
    { cause: thrown },
  );
}

/**
 * What reading an answer threw that had begun: the connection ended before it did, or its bytes are not what its
 * headers say. `facts` are those that its headers tell.
 */
export function brokenAnswer(thrown: unknown, facts: CallErrorFacts): CallError {
  const systemCode = systemCodeOf(causes(thrown));
  return new CallError(
    "network",
    `The answer to ${facts.operation ?? "the call"} broke off.`,
    systemCode === "" ? facts : { ...facts, systemCode },
    { cause: thrown },
  );
}

/** A server that answers a handshake in plain text, as OpenSSL (Node), BoringSSL (Bun) and rustls (Deno) put it. */
function isWithoutTls(systemCode: string, words: string): boolean {
  return (
    /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST)$/.test(
      systemCode,
    ) || /corrupt message/i.test(words)
  );
}

function classify(systemCode: string, words: string): CallErrorCode {
  if (/^(ENOTFOUND|EAI_[A-Z]+)$/.test(systemCode) || /dns error|failed to lookup address/i.test(words)) {
    return "name_not_resolved";
  }
  if (
    /CERT|^ERR_(TLS|SSL)|SELF_SIGNED|UNABLE_TO_VERIFY|^EPROTO$|^HOSTNAME_MISMATCH$/.test(systemCode) ||
    /invalid peer certificate|certificate|tls handshake|received fatal alert|corrupt message/i.test(words)
  ) {
    return "tls";
  }
  return "network";
}

/** The first that there is, of an error and its causes; empty where there is none. */
function systemCodeOf(chain: readonly Error[]): string {
  return chain.map(codeOf).find((code) => code !== undefined) ?? "";
}

function causes(thrown: unknown): Error[] {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error);
  return chain;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" && /^[A-Za-z0-9_]{2,60}$/.test(error.code)
    ? error.code
    : undefined;
}
