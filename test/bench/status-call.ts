/** A `tools/call` for a job of its own, as `fetch` takes it: an answer that is remembered would cost nothing. */
export function statusCall(id: number, job: string, token?: string) {
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: {
        name: "get_data_automation_status",
        arguments: {
          invocationArn: `arn:aws:bedrock:us-east-1:111122223333:data-automation-invocation/sim-running-${job}`,
        },
      },
    }),
  };
}
