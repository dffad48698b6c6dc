import { clients, versionOf } from "../../clients/clients.ts";
import { code, row, table } from "./markdown.ts";

/** The clients that the tests run, as they run them. */
export function clientTable(): string {
  return table(
    ["client", "package", "stdio", "HTTP", "what to know"],
    clients.map((client) =>
      row(
        client.name,
        `${code(client.package)} ${versionOf(client)}`,
        ...(["stdio", "http"] as const).map((way) => (client.transports.includes(way) ? "yes" : "")),
        client.note,
      ),
    ),
  );
}
