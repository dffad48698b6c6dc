/**
 * Cloudflare Workers, with the compatibility flag `nodejs_compat`. All settings are the variables of `http`, AWS's keys
 * are secrets of the Worker: there are no files and no other source.
 */
import "../cli/quick-schemas.ts";
import type { CredentialSource } from "../aws/credentials.ts";
import { createEnvironmentSource } from "../aws/environment-source.ts";
import { composeWith, type Surroundings } from "../cli/compose.ts";
import { composeHttp } from "../cli/compose-http.ts";
import { createEnvironmentClients } from "../cli/environment-clients.ts";
import type { Environment, VariablesReading } from "../config.ts";
import { hostedSurroundings, misconfiguredApp, readHostedConfig } from "./hosted.ts";
import { RememberedDocuments } from "./remembered-documents.ts";

/** What requests can share: it neither waits for anything nor sets a timer. */
interface Prepared {
  readonly bindings: object;
  readonly settings: VariablesReading;
  readonly surroundings: Surroundings;
  readonly credentials: CredentialSource;
  readonly documents: RememberedDocuments;
}

let prepared: Prepared | undefined;

function prepare(bindings: object): Prepared {
  const env: Environment = Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const settings = readHostedConfig(env);
  const surroundings = hostedSurroundings(env, settings, (line) => console.error(line));
  return {
    bindings,
    settings,
    surroundings,
    credentials: createEnvironmentSource(env),
    documents: new RememberedDocuments(surroundings.clock),
  };
}

export default {
  fetch(request: Request, bindings: object): Response | Promise<Response> {
    if (prepared?.bindings !== bindings) prepared = prepare(bindings);
    const { settings, surroundings, credentials, documents } = prepared;
    if (settings.kind === "wrong") return misconfiguredApp(settings.problems, surroundings).fetch(request);
    // One for each request: what one request has begun, a timer or a call to AWS, another may not wait for there.
    const composition = composeWith(
      (...given) => createEnvironmentClients(...given, credentials),
      settings.config,
      surroundings,
    );
    const forCallers = { ...surroundings, fetch: documents.forRequest(surroundings.fetch) };
    return composeHttp(settings.config, forCallers, composition).fetch(request);
  },
};
