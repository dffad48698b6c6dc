import { Hono } from "hono";
import { type Clock, type Log, silentLog } from "../ports.ts";
import type { Face } from "./face.ts";
import { createRuntimeFace } from "./runtime-face.ts";
import { createS3Face } from "./s3-face.ts";
import { Sessions } from "./sessions.ts";
import { defaultCredentials, type SimulatorSettings } from "./settings.ts";
import { createStsFace } from "./sts-face.ts";
import { jsonError } from "./wire/aws-json.ts";
import { receive } from "./wire/received.ts";
import { createSignatureCheck, type SimulatorCredentials } from "./wire/signature-check.ts";
import { createStamps } from "./wire/stamp.ts";

export type { SimulatedCall, SimulatorSettings } from "./settings.ts";
export type { SimulatorCredentials } from "./wire/signature-check.ts";

export interface Simulator {
  /** Answers requests, and never listens. */
  readonly app: Hono;
  /** The only keys that it takes, besides those that its AssumeRole gives. */
  readonly credentials: SimulatorCredentials;
}

/** No request that is simulated comes near it. */
const maxBodyBytes = 256 * 1024;

/** What a server writes down about a client that has gone: nobody receives it. */
const clientGone = 499;

/**
 * Bedrock Data Automation's runtime, STS and S3 on this machine: as a client sees them over HTTP, signatures and all, with
 * jobs under fixed ARNs (`catalogue.ts`). Each simulator begins anew. Which service is meant, the request's form tells.
 */
export function createSimulator(parts: {
  readonly clock: Clock;
  readonly log?: Log;
  readonly settings?: SimulatorSettings;
}): Simulator {
  const { clock, log = silentLog, settings = {} } = parts;
  const { credentials = defaultCredentials, latencyMs = 0 } = settings;
  const sessions = new Sessions(clock);
  const keysOf = (accessKeyId: string) =>
    accessKeyId === credentials.accessKeyId ? credentials : sessions.find(accessKeyId);
  const checkSignature = createSignatureCheck({ keysOf, clock });
  const runtime = createRuntimeFace({ clock, checkSignature, settings });
  const sts = createStsFace({ checkSignature, sessions, log });
  const s3 = createS3Face({ checkSignature });
  const nextStamp = createStamps(clock);

  const serve = async (request: Request, faceOf: (headers: Headers) => Face): Promise<Response> => {
    try {
      const received = await receive(request, maxBodyBytes);
      if (latencyMs > 0) await clock.sleep(latencyMs, request.signal);
      const stamp = nextStamp();
      if (received === "too_large") {
        const message = `The body is over ${maxBodyBytes} bytes.`;
        return jsonError({ name: "RequestEntityTooLargeException", message, httpStatus: 413 }, stamp);
      }
      const response = await faceOf(received.headers)(received, stamp, request.signal);
      log.debug("simulated", { httpStatus: response.status, requestId: stamp.requestId });
      return response;
    } catch (thrown) {
      if (request.signal.aborted) return new Response(null, { status: clientGone });
      throw thrown;
    }
  };

  const app = new Hono();
  app.get("/:bucket/*", ({ req }) => serve(req.raw, () => s3));
  app.post("/", ({ req }) => serve(req.raw, (headers) => (isForm(headers) ? sts : runtime)));
  app.notFound(() =>
    jsonError(
      { name: "UnknownOperationException", message: "Nothing is served here.", httpStatus: 404 },
      nextStamp(),
    ),
  );
  app.onError((thrown) => {
    log.error("the simulator failed", { reason: thrown.message });
    return jsonError(
      { name: "InternalServerException", message: "The simulator failed.", httpStatus: 500 },
      nextStamp(),
    );
  });
  return { app, credentials };
}

/** The AWS query protocol sends forms; AWS JSON never does. */
function isForm(headers: Headers): boolean {
  return (headers.get("content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
}
