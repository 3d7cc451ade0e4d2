import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "../scripts/engine/ensure.mts";
import type { Machine } from "./results.mts";

const repository = resolve(import.meta.dirname, "..");

/** What the measurements are made with. */
export function thisMachine(engine: Engine): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    versions: {
      node: process.versions.node,
      pulumi: engine.version,
      "@pulumi/pulumi": versionIn("node_modules/@pulumi/pulumi"),
      "pulumi-pinterest": versionIn("."),
      "Node.js host": nodejsHost(engine),
    },
  };
}

/**
 * Whether measurements of both can stand side by side. Of the memory and the kernel's build some is different each time that a virtual
 * machine is started.
 */
export function isSameMachine(a: Machine, b: Machine): boolean {
  const told = ({ processor, cores, versions }: Machine) => ({ processor, cores, versions });
  return isDeepStrictEqual(told(a), told(b));
}

/** Whose language host the engine has beside it: where the engine was built, it is a script of this repository. */
function nodejsHost({ binDir }: Engine): string {
  const host = join(binDir, "pulumi-language-nodejs");
  return readFileSync(host).subarray(0, 2).toString() === "#!" ? "this repository's" : "Pulumi's";
}

function versionIn(folder: string): string {
  const text = readFileSync(join(repository, folder, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
