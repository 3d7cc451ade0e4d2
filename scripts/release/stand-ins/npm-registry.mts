// A stand-in for the npm registry: it stores published packages in memory, and redirects to the real registry for all others.
// The API: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md
import { execFileSync } from "node:child_process";
import type { IncomingMessage } from "node:http";
import { type StandIn, startStandIn } from "./server.mts";

/** The body of a request to publish a version, and the response about a package. */
interface Manifest {
  readonly name: string;
  versions: Record<string, { dist: { tarball: string } }>;
  readonly "dist-tags": Record<string, string>;
  readonly _attachments?: Readonly<Record<string, { readonly data: string }>>;
}

export async function startNpmRegistry(): Promise<StandIn> {
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const packages = new Map<string, Manifest>();
  const archives = new Map<string, Buffer>();

  const publish = (body: Manifest): [status: number, body: object] => {
    const { _attachments: attachments = {}, ...manifest } = body;
    const { versions: published = {}, "dist-tags": tags } = packages.get(manifest.name) ?? {};
    const existing = Object.keys(manifest.versions).filter((version) => Object.hasOwn(published, version));
    if (existing.length > 0)
      return [
        403,
        { error: `You cannot publish over the previously published versions: ${existing.join(", ")}.` },
      ];
    for (const { dist } of Object.values(manifest.versions)) {
      const path = new URL(dist.tarball).pathname;
      const file = Object.keys(attachments).find((name) => path.endsWith(`/${name}`)) ?? "";
      archives.set(path, Buffer.from(attachments[file]?.data ?? "", "base64"));
    }
    packages.set(manifest.name, {
      ...manifest,
      versions: { ...published, ...manifest.versions },
      "dist-tags": { ...tags, ...manifest["dist-tags"] },
    });
    return [201, {}];
  };

  const { url, stop } = await startStandIn(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method === "PUT") {
      // The real registry also refuses requests without a token.
      const [status, body] =
        request.headers.authorization === undefined
          ? [401, { error: "unauthenticated" }]
          : publish(JSON.parse(await bodyOf(request)));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      return;
    }
    const archive = archives.get(pathname);
    const manifest = packages.get(decodeURIComponent(pathname.slice(1)));
    if (archive !== undefined) response.end(archive);
    else if (manifest !== undefined)
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(manifest));
    else
      response
        .writeHead(307, { location: new URL((request.url ?? "/").replace(/^\//, ""), upstream).href })
        .end();
  });
  // npm's registries end with a slash.
  return { url: `${url}/`, stop };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text;
}
