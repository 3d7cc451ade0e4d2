import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { ownCommand, packageVersion } from "../../provider/api/own-package";
import {
  type InstalledPackage,
  isOlder,
  oldestSdk,
  oneCopy,
  packageAt,
} from "../../provider/runtime/installation";
import { stackOptions, visibleShellWord } from "../text/shell";
import { type Check, failure, ok, warning } from "./check";

const packageName = "pulumi-pinterest";
const sdkName = "@pulumi/pulumi";

/**
 * Checks the packages that a project's program loads; nothing without a project.
 *
 * @param stack the name given with --stack.
 */
export function checkProject(cwd: string, stack?: string): Check[] {
  const directory = programDirectory(cwd);
  if (directory === undefined) return [];
  const from = join(directory, "index.js");
  const own = packageAt(packageName, from);
  const enter = resolve(cwd) === process.cwd() ? "" : `cd ${visibleShellWord(cwd)} && `;
  const ownDoctor = `${enter}${ownCommand} doctor${stackOptions({ directory: ".", name: stack })}`;
  return [checkPackage(own, from, ownDoctor), checkSdk(own, from)];
}

/** The directory in which the engine runs the program and starts the provider; undefined without a project. */
export function programDirectory(cwd: string): string | undefined {
  const project = ["Pulumi.yaml", "Pulumi.yml"].map((name) => resolve(cwd, name)).find(existsSync);
  if (project === undefined) return undefined;
  const main = /^main:\s*["']?([^"'#\n]+?)["']?\s*(?:#.*)?$/m.exec(readFileSync(project, "utf8"))?.[1] ?? ".";
  const path = resolve(dirname(project), main);
  return extname(path) === "" ? path : dirname(path);
}

function checkPackage(own: InstalledPackage | undefined, from: string, ownDoctor: string): Check {
  const directory = dirname(from);
  if (own === undefined || !canBeLoaded(from)) {
    return failure(
      "package",
      `${packageName} cannot be loaded from ${directory}, where refresh and destroy look for it`,
      `Run \`npm install ${packageName}\` there, and keep it installed as long as the stack has integrations.`,
    );
  }
  const found = `${packageName} ${own.version} (${own.directory})`;
  const mine = packageVersion();
  return own.version === mine
    ? ok("package", found)
    : warning(
        "package",
        `${found}, but this command has version ${mine}`,
        `Run the project's version: \`${ownDoctor}\`.`,
      );
}

function canBeLoaded(from: string): boolean {
  try {
    createRequire(from).resolve(`${packageName}/dynamic`);
    return true;
  } catch {
    return false;
  }
}

function checkSdk(own: InstalledPackage | undefined, from: string): Check {
  const sdk = packageAt(sdkName, from);
  if (sdk === undefined) {
    return failure(
      "sdk",
      `${sdkName} cannot be loaded from ${dirname(from)}`,
      `Run \`npm install ${sdkName}\` there.`,
    );
  }
  const packages = own === undefined ? undefined : packageAt(sdkName, join(own.directory, "package.json"));
  if (packages !== undefined && packages.directory !== sdk.directory) {
    return failure(
      "sdk",
      `two copies of ${sdkName}: the program has ${sdk.version}, and ${packageName} has ${packages.version}`,
      oneCopy,
    );
  }
  const found = `${sdkName} ${sdk.version} (${sdk.directory})`;
  return isOlder(sdk.version, oldestSdk)
    ? failure(
        "sdk",
        `${found} is older than ${oldestSdk}`,
        `Run \`npm install ${sdkName}@latest\` in ${dirname(from)}.`,
      )
    : ok("sdk", found);
}
