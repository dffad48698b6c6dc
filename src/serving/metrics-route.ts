import { Hono, type MiddlewareHandler } from "hono";

/** The figures of now, as whoever collects them wants to read them. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly text: string }>;

export const metricsPath = "/metrics";

/** Answers a GET with the figures. */
export function answerMetrics(page: MetricsPage): MiddlewareHandler {
  return async (c) => {
    const { contentType, text } = await page();
    return c.body(text, 200, { "content-type": contentType, "cache-control": "no-store" });
  };
}

/** The figures and nothing else, for a port of their own: open to all who reach it. */
export function createMetricsApp(page: MetricsPage): Hono {
  const app = new Hono();
  app.get(metricsPath, answerMetrics(page));
  app.notFound((c) => c.text(`The figures are at ${metricsPath}.`, 404));
  return app;
}
