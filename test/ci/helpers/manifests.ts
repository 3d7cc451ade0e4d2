import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, parseAllDocuments } from "yaml";

/** The properties that Kubernetes objects of all kinds have. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [part: string]: unknown;
}

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly patches: readonly { readonly path: string; readonly target: { readonly kind: string } }[];
}

/** The example with the manifests. */
export const kubernetesExample = resolve(__dirname, "../../../examples/fleet-kubernetes");

const folder = join(kubernetesExample, "manifests");
const read = (path: string): string => readFileSync(join(folder, path), "utf8");

export const kustomization = parse(read("kustomization.yaml")) as Kustomization;

/** The names of the shards that have a file. */
export const shardsOfExample = readdirSync(join(kubernetesExample, "shards"))
  .map((file) => file.replace(/\.json$/, ""))
  .sort();

/** Returns the objects of all files in the kustomization, with its patches, but without its namespace. */
export function manifests(): Manifest[] {
  const patches = kustomization.patches.map(({ path, target }) => {
    const { metadata: _, ...patch } = parse(read(path)) as Manifest;
    return { kind: target.kind, patch };
  });
  return kustomization.resources
    .flatMap((path) => parseAllDocuments(read(path)).map((document) => document.toJS() as Manifest))
    .map((manifest) =>
      patches
        .filter(({ kind }) => kind === manifest.kind)
        .reduce((patched, { patch }) => merged(patched, patch) as Manifest, manifest),
    );
}

/** Applies a JSON merge patch (RFC 7396), like Kustomize for unknown kinds. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
