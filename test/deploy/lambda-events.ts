/** Events as Lambda is invoked with, from the examples of AWS's documentation, with our request in them. */

export interface LambdaRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const usual = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", request payload (format version 2.0). */
export function functionUrlEvent({
  method = "POST",
  path = "/mcp",
  headers = {},
  body,
}: LambdaRequest): object {
  const domainName = "abcdefghijklmnop.lambda-url.us-east-1.on.aws";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      ...usual,
      host: domainName,
      "x-amzn-tls-version": "TLSv1.3",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
      "x-forwarded-for": "203.0.113.7",
      "x-amzn-trace-id": "Root=1-62ecd163-5f302e550dcde3b12402207d",
      ...headers,
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "abcdefghijklmnop",
      domainName,
      domainPrefix: "abcdefghijklmnop",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "agent" },
      requestId: "id",
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2026:19:03:58 +0000",
      timeEpoch: 1773342238390,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  };
}

/** Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", format version 2.0. */
export function httpApiEvent(request: LambdaRequest): object {
  const domainName = "mcp.example.com";
  const event = functionUrlEvent({ ...request, headers: { host: domainName, ...request.headers } });
  return {
    ...event,
    routeKey: "ANY /{proxy+}",
    cookies: ["a=1", "b=2"],
    pathParameters: { proxy: "mcp" },
    stageVariables: { stageVariable1: "value1" },
    requestContext: {
      ...("requestContext" in event ? (event.requestContext as object) : {}),
      accountId: "123456789012",
      apiId: "api-id",
      domainName,
      domainPrefix: "mcp",
    },
  };
}

/**
 * The same from an API whose stage has a name: the API's own endpoint has it before the path, which the event repeats.
 * Source: API Gateway Developer Guide, "Stages for HTTP APIs"; aws-powertools/powertools-lambda-python#621.
 */
export function stagedEvent(request: LambdaRequest, stage: string): object {
  const { path = "/mcp" } = request;
  const event = httpApiEvent({ ...request, path: `/${stage}${path}` });
  const requestContext = "requestContext" in event ? (event.requestContext as object) : {};
  return { ...event, requestContext: { ...requestContext, stage } };
}

/** The same body, as a gateway hands it over that takes it for binary. */
export function inBase64(event: object): object {
  const body = "body" in event ? String(event.body) : "";
  return { ...event, body: btoa(body), isBase64Encoded: true };
}

/**
 * Source: Elastic Load Balancing, "Use Lambda functions as targets of an Application Load Balancer": with multi-value
 * headers, and without.
 */
export function loadBalancerEvent(
  { method = "POST", path = "/mcp", headers = {}, body = "" }: LambdaRequest,
  multiValue: boolean,
): object {
  const all = {
    ...usual,
    host: "lambda-846800462.us-east-2.elb.amazonaws.com",
    "user-agent": "agent",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
    ...headers,
  };
  const targetGroupArn =
    "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09";
  const lists = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]));
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: method,
    path,
    ...(multiValue
      ? { multiValueQueryStringParameters: {}, multiValueHeaders: lists }
      : { queryStringParameters: {}, headers: all }),
    body,
    isBase64Encoded: false,
  };
}
