/**
 * For those who build the server, or a part of it, into a program of their own. The command is `main.ts`.
 */
export type { ArnProblem, ArnReading, InvocationArn } from "./aws/arn.ts";
export { readInvocationArn } from "./aws/arn.ts";
export { CallError, type CallErrorCode, type CallErrorFacts } from "./aws/call-error.ts";
export type { DataAutomationRuntime, JobStatus } from "./aws/runtime-client.ts";
export type { GetObjectOptions, ObjectAddress, ResultStore } from "./aws/s3-client.ts";
export { type Caller, onlyCaller } from "./caller.ts";
export type { Composition, Surroundings } from "./cli/compose.ts";
export { compose } from "./cli/compose-process.ts";
export { explainCallFailure } from "./jobs/explain-call-failure.ts";
export { explainStatus } from "./jobs/explain-status.ts";
export type { CallFailureExplanation, JobExplanation } from "./jobs/explanation.ts";
export { type Clock, type Fetch, type Log, type Random, silentLog, systemClock } from "./ports.ts";
export { type Era, legacyEra, modernEra } from "./protocol/eras.ts";
export { createHttpApp, type HttpAppParts } from "./serving/http.ts";
export { LoadLimiter, type LoadLimits } from "./serving/load-limiter.ts";
export type { Catalogue } from "./tools/catalogue.ts";
export type { ResultsSource } from "./tools/results-files.ts";
export type { Tool, ToolAnswer, ToolContext } from "./tools/tool.ts";
