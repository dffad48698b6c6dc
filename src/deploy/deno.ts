/** Deno Deploy, or `deno serve` anywhere: `deno serve -A src/deploy/deno.ts`. All settings are the variables of `http`. */
import process from "node:process";
import { composeHttp } from "../cli/compose-http.ts";
import { compose } from "../cli/compose-process.ts";
import { tracesFor } from "../cli/telemetry.ts";
import { hostedSurroundings, misconfiguredApp, readHostedConfig } from "./hosted.ts";

const settings = readHostedConfig(process.env);
const world = hostedSurroundings(process.env, settings, (line) => console.error(line));
const traces = settings.kind === "wrong" ? undefined : await tracesFor(world);
const surroundings = { ...world, observer: traces?.observer };
const app =
  settings.kind === "wrong"
    ? misconfiguredApp(settings.problems, surroundings)
    : composeHttp(settings.config, surroundings, compose(settings.config, surroundings));

export default { fetch: (request: Request): Response | Promise<Response> => app.fetch(request) };
