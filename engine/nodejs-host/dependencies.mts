import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** A plugin that a package asks for in the `pulumi` block of its package.json. */
export interface PluginRequest {
  readonly name: string;
  readonly version: string;
  readonly server: string;
}

/** An installed npm package that a program depends on. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly plugin?: PluginRequest;
}

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/**
 * The packages that a program's package.json names, as they are installed; with `transitive`, also what those need.
 * Packages that are named but not installed are left out: the program will say so itself when it misses one.
 */
export function readDependencies(programDirectory: string, transitive: boolean): Dependency[] {
  const root = findUp(realpathSync(programDirectory), "package.json");
  if (root === undefined) return [];
  const manifest = readManifest(root);
  const found = new Map<string, Dependency>();
  const visit = (names: string[], from: string) => {
    for (const name of names) {
      const file = findUp(from, join("node_modules", name, "package.json"));
      const folder = file === undefined ? undefined : realpathSync(dirname(file));
      if (folder === undefined || found.has(folder)) continue;
      const installed = readManifest(join(folder, "package.json"));
      found.set(folder, describe(name, installed));
      if (transitive) visit(Object.keys(installed.dependencies ?? {}), folder);
    }
  };
  visit(Object.keys({ ...manifest.devDependencies, ...manifest.dependencies }), dirname(root));
  return Array.from(found.values());
}

function describe(name: string, manifest: Manifest): Dependency {
  const version = manifest.version ?? "";
  const block = manifest.pulumi;
  if (block?.resource !== true) return { name, version };
  const plugin = {
    name: block.name ?? name.replace(/^@[^/]+\//, ""),
    version: `v${(block.version ?? version).replace(/^v/, "")}`,
    server: block.server ?? "",
  };
  return { name, version, plugin };
}

function findUp(folder: string, file: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, file);
    if (existsSync(candidate)) return candidate;
    if (dirname(current) === current) return undefined;
  }
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
