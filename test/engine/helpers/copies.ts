import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "./engine";
import type { Lab } from "./lab";

/** Replaces the lab's link to Pulumi's SDK with a copy. If `version` is set, the copy's `package.json` states that version. */
export function installSdkCopy({ directory }: Lab, version?: string): void {
  const target = join(directory, "node_modules/@pulumi/pulumi");
  rmSync(dirname(target), { recursive: true });
  cpSync(join(repository, "node_modules/@pulumi/pulumi"), target, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(target, "node_modules"));
  if (version !== undefined) {
    edit(join(target, "package.json"), /"version": "[^"]+"/, `"version": "${version}"`);
  }
}

/** Replaces the lab's link to this package with a copy, which uses the lab's copy of Pulumi's SDK. */
export function installPackageCopy({ directory }: Lab): void {
  const modules = join(directory, "node_modules");
  const target = join(modules, "pulumi-pinterest");
  rmSync(target);
  mkdirSync(target);
  cpSync(join(repository, "package.json"), join(target, "package.json"));
  cpSync(join(repository, "pulumi-resource-pinterest"), join(target, "pulumi-resource-pinterest"));
  cpSync(join(repository, "dist"), join(target, "dist"), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  }
}

/**
 * Replaces the first match of `pattern` in a file.
 *
 * @throws Error if the file has no match, because the test would otherwise continue with the original
 */
export function edit(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, "utf8");
  if (!pattern.test(text)) {
    throw new Error(`cannot edit ${file}: no match for ${pattern}`);
  }
  writeFileSync(file, text.replace(pattern, replacement));
}
