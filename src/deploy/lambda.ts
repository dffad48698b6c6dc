/**
 * AWS Lambda: behind a function URL, an HTTP or REST API of API Gateway, or an Application Load Balancer. The function's
 * own role signs: its keys stand in the environment. All settings are the variables of `http`.
 */
import "../cli/quick-schemas.ts";
import process from "node:process";
import { handle, streamHandle } from "hono/aws-lambda";
import { composeHttp } from "../cli/compose-http.ts";
import { compose } from "../cli/compose-process.ts";
import { tracesFor } from "../cli/telemetry.ts";
import { afterEachAnswer } from "./after-each-answer.ts";
import { hostedSurroundings, misconfiguredApp, readHostedConfig } from "./hosted.ts";

/**
 * The name under which AWS serves this function: of the function URL, the API or its custom domain. A load balancer
 * passes any name on and says none itself.
 */
function routedHost(platform: unknown): string | undefined {
  const { requestContext } = platform as { readonly requestContext?: { readonly domainName?: unknown } };
  return typeof requestContext?.domainName === "string" ? requestContext.domainName : undefined;
}

const settings = readHostedConfig(process.env);
// Lambda's `console` would put words of its own before each line.
const world = hostedSurroundings(process.env, settings, (line) => process.stderr.write(`${line}\n`));
const traces = settings.kind === "wrong" ? undefined : await tracesFor(world);
const surroundings = { ...world, observer: traces?.observer };
const app =
  settings.kind === "wrong"
    ? misconfiguredApp(settings.problems, surroundings)
    : composeHttp(settings.config, surroundings, compose(settings.config, surroundings), {
        routedHost,
        // Once its answer is given, the function stands still until somebody calls again.
        guards: traces === undefined ? [] : [afterEachAnswer(() => traces.flush())],
      });

/** For everything that takes a whole answer. A call that tells its progress is answered when it is over. */
export const handler = handle(app);

/**
 * For a function URL or an API with response streaming. Absent anywhere but in Lambda's Node runtime, which alone has
 * the means.
 */
export const streamingHandler: ReturnType<typeof streamHandle> | undefined =
  "awslambda" in globalThis ? streamHandle(app) : undefined;
