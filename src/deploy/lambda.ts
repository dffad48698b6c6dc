/**
 * AWS Lambda: behind a function URL, an HTTP or REST API of API Gateway, or an Application Load Balancer. The function's
 * own role signs: its keys stand in the environment. All settings are the variables of `http`.
 */
import "../cli/quick-schemas.ts";
import process from "node:process";
import { handle, type LambdaContext, type LambdaEvent, streamHandle } from "hono/aws-lambda";
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

/** What this server says is text, events too: a REST API hands on as it is what is in Base64. */
const answer = handle(app, { isContentTypeBinary: () => false });

/**
 * For everything that takes a whole answer. A wait, or a call that tells its progress, is answered when it is over.
 */
export const handler = <Event extends LambdaEvent>(event: Event, context?: LambdaContext) =>
  answer(withoutStage(event), context);

/**
 * For a function URL or an API with response streaming. Absent anywhere but in Lambda's Node runtime, which alone has
 * the means.
 */
export const streamingHandler: ReturnType<typeof streamHandle> | undefined =
  "awslambda" in globalThis ? streamHandle(app) : undefined;

/**
 * An HTTP API puts the name of its stage before the path in payload format 2.0, unless it is `$default`, though the
 * stage is no part of what is served here.
 */
function withoutStage<Event extends LambdaEvent>(event: Event): Event {
  const { rawPath, requestContext } = event as {
    readonly rawPath?: unknown;
    readonly requestContext?: { readonly stage?: unknown };
  };
  const prefix = `/${requestContext?.stage}/`;
  return typeof rawPath === "string" && rawPath.startsWith(prefix)
    ? { ...event, rawPath: rawPath.slice(prefix.length - 1) }
    : event;
}
