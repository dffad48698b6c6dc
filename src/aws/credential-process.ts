import { type ExecException, exec } from "node:child_process";
import { CallError } from "./call-error.ts";
import { permissionFailure } from "./credential-permission.ts";
import { systemCodeOf } from "./shared-config-files.ts";

/** Keys as a source gives them. */
export interface RawCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

const maxOutputBytes = 1024 * 1024;

/**
 * Runs a profile's `credential_process` through the shell and reads what it prints: JSON of version 1, AWS SDKs and
 * Tools reference, "Process credential provider". It is ended after `timeoutMs`. AWS's own runner does not end it,
 * puts what it wrote to stderr into the error, and then goes on to the machine's role; hence this one.
 * Nothing that it prints gets into an error: it may be a secret.
 * @throws CallError `credentials_failed`, `login_expired`, `runtime_permission`; without profile and source
 */
export async function runCredentialProcess(
  command: string,
  options: { readonly timeoutMs: number; readonly now: number },
): Promise<RawCredentials> {
  return readProcessOutput(await outputOf(command, options.timeoutMs), options.now);
}

function outputOf(command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    try {
      const settings = { timeout: timeoutMs, maxBuffer: maxOutputBytes, windowsHide: true };
      const child = exec(command, settings, (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(processFailure(error, timeoutMs));
      });
      // One that asks for something finds nobody, rather than waiting for an answer.
      child.stdin?.on("error", () => {}).end();
    } catch (thrown) {
      reject(processFailure(thrown, timeoutMs));
    }
  });
}

function processFailure(thrown: unknown, timeoutMs: number): CallError {
  const permission = permissionFailure(thrown);
  if (permission !== undefined) return permission;
  const { code, killed, signal } = thrown as Partial<ExecException>;
  if (killed === true && code !== "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return failed(`was ended, because it had not answered within ${timeoutMs} ms`, { timeoutMs });
  }
  if (typeof code === "number") return failed(`ended with exit code ${code}`, { exitCode: code });
  if (typeof signal === "string") return failed(`was ended by ${signal}`);
  const systemCode = systemCodeOf(thrown);
  return failed("could not be run", systemCode === undefined ? {} : { systemCode });
}

/**
 * Exported for tests.
 * @throws CallError
 */
export function readProcessOutput(output: string, now: number): RawCredentials {
  const answer = parseObject(output);
  if (answer === undefined) throw failed("did not print one JSON object");
  if (answer.Version !== 1) throw failed("did not print Version 1");
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer;
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") {
    throw failed("did not print an AccessKeyId and a SecretAccessKey");
  }
  const expiresAt = typeof Expiration === "string" ? Date.parse(Expiration) : undefined;
  if (Number.isNaN(expiresAt)) throw failed("printed an Expiration that is no date");
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new CallError("login_expired", "credential_process gave keys that have expired.", {
      login: "process",
    });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === "string" && SessionToken !== "" ? { sessionToken: SessionToken } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function failed(what: string, facts: ConstructorParameters<typeof CallError>[2] = {}): CallError {
  return new CallError("credentials_failed", `credential_process ${what}.`, facts);
}
