import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";

export interface FileServer {
  readonly url: string;
  /** The names of the files that were requested, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** A stand-in for the downloads of a release: serves the files of a directory by their names, at any path. */
export async function startFileServer(directory: string): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? "/", "http://127.0.0.1").pathname);
    requests.push(name);
    const file = join(directory, name);
    if (name === "" || !existsSync(file)) response.writeHead(404).end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
