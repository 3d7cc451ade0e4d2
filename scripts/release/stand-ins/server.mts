import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of a rehearsal, on a loopback port. */
export interface StandIn {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startStandIn(listener: RequestListener): Promise<StandIn> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
