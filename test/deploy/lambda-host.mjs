// Stands in for Lambda's Node runtime: loads the function, hands it the events of its input one after the other, and
// prints what it answers. With `stream` it has Lambda's global for response streaming, whose stream begins with the
// status and headers as JSON and eight zero bytes (aws-lambda-nodejs-runtime-interface-client, HttpResponseStream).
import { Writable } from "node:stream";

const [module, mode] = process.argv.slice(2);
let input = "";
for await (const chunk of process.stdin) input += chunk;

if (mode === "stream") {
  globalThis.awslambda = {
    streamifyResponse: (handler) => handler,
    HttpResponseStream: {
      from(stream, prelude) {
        stream.write(JSON.stringify(prelude));
        stream.write(new Uint8Array(8));
        return stream;
      },
    },
  };
}
const { handler, streamingHandler } = await import(module);
const results = [];
for (const event of JSON.parse(input)) {
  if (mode !== "stream") {
    results.push(await handler(event, { awsRequestId: "1" }));
    continue;
  }
  const chunks = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk).toString("utf8"));
      done();
    },
  });
  await streamingHandler(event, stream, { awsRequestId: "1" });
  results.push({ chunks, ended: stream.writableEnded });
}
process.stdout.write(JSON.stringify({ hasStreaming: streamingHandler !== undefined, results }), () =>
  process.exit(0),
);
