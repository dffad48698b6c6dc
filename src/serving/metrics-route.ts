import { Hono, type MiddlewareHandler } from "hono";
import type { HttpEnv } from "./http-env.ts";

/** The figures of now, as whoever collects them wants to read them. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly text: string }>;

export const metricsPath = "/metrics";

/** The OAuth scope that lets its holder read them. No tool needs it, so no client of MCP is told to ask for it. */
export const metricsScope = "bda:metrics";

/** Answers a GET with the figures. */
export function answerMetrics(page: MetricsPage): MiddlewareHandler {
  return async (c) => {
    const { contentType, text } = await page();
    return c.body(text, 200, { "content-type": contentType, "cache-control": "no-store" });
  };
}

/** The figures and nothing else, for a port of their own: without a guard open to all who reach it. */
export function createMetricsApp(page: MetricsPage, guard?: MiddlewareHandler<HttpEnv>): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  if (guard !== undefined) app.use(metricsPath, guard);
  app.get(metricsPath, answerMetrics(page));
  app.notFound((c) => c.text(`The figures are at ${metricsPath}.`, 404));
  return app;
}
