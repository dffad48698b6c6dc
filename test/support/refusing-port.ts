import { type AddressInfo, connect, createServer } from "node:net";

export interface RefusingPort extends AsyncDisposable {
  readonly port: number;
}

/**
 * A port of 127.0.0.1 that refuses connections, and goes on to: the local end of a connection holds it, so nothing
 * else can come to listen there, as it can on a port that was only closed.
 */
export async function refusingPort(): Promise<RefusingPort> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    port: (socket.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.close();
    },
  };
}
