import { createReadStream, globSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";

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

/** A stand-in for downloads: serves each file in a directory and its subdirectories by its name, at any path. */
export function startFileServer(directory: string): Promise<StandIn> {
  return startStandIn((request, response) => {
    const name = basename(new URL(request.url ?? "/", "http://127.0.0.1").pathname);
    const [file] = globSync(`**/${name}`, { cwd: directory });
    console.log(`download: ${name}${file === undefined ? " (missing)" : ""}`);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const path = join(directory, file);
    // The engine expects the size.
    response.writeHead(200, { "content-length": statSync(path).size });
    createReadStream(path).pipe(response);
  });
}
