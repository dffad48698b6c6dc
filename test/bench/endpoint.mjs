// Stands in for the service, in a process of its own: Node's HTTP server, which answers every request as
// GetDataAutomationStatus would. Run by Node, and prints its URL.
import { createServer } from "node:http";

const answer = JSON.stringify({ status: "InProgress", jobSubmissionTime: "2026-03-05T14:42:14.123Z" });
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.1",
      "content-length": answer.length,
      "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
    });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
