// @ts-check
// Google's SDK calls tools itself, as the model asks: here a model of this machine that asks for one call and ends.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { GoogleGenAI, mcpToTool } from "@google/genai";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { fromResult, report, statusTool } from "../../clients/probe.ts";

let asked;
const seen = { declared: [], response: undefined };
const model = createServer(async (request, response) => {
  const { contents, tools } = await json(request);
  const parts = contents.flatMap((content) => content.parts);
  seen.response = parts.find((part) => part.functionResponse)?.functionResponse.response;
  seen.declared = tools[0].functionDeclarations;
  const part = seen.response ? { text: "Done." } : { functionCall: { name: statusTool, args: asked } };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ candidates: [{ content: { role: "model", parts: [part] } }] }));
}).listen(0, "127.0.0.1");

await report(async (target) => {
  const client = new Client({ name: "probe", version: "1" });
  await client.connect(
    "url" in target
      ? new StreamableHTTPClientTransport(new URL(target.url))
      : new StdioClientTransport({ ...target, stderr: "ignore" }),
  );
  const baseUrl = `http://127.0.0.1:${model.address().port}`;
  const google = new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl } });
  const status = async (invocationArn) => {
    asked = { invocationArn };
    await google.models.generateContent({
      model: "gemini-of-this-machine",
      contents: "What happened to this job?",
      config: { tools: [mcpToTool(client)] },
    });
    return fromResult(seen.response.error ?? seen.response);
  };
  await status("");
  return {
    tools: seen.declared.map(({ name }) => name),
    status,
    close: () => client.close(),
  };
});
