import { createReadStream, globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type StandIn, startStandIn } from "./server.mts";

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
