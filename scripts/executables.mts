// Creates the plugin's executables, in archives that Pulumi installs, in `dist-release` or the directory of `--out`. Arguments: platforms, such as
// `linux-amd64`, instead of all of them.
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { create } from "tar";
import { type CommandError, run } from "./engine/command.mts";
import { bundlePlugin } from "./executables/bundle.mts";
import { billOfMaterials, thirdPartyLicenses } from "./executables/contents.mts";
import { hostTarget, nodeFor, type Target, targets } from "./executables/node.mts";
import { fuse, verifyExecutable } from "./executables/verify.mts";

const repository = resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const name = `pulumi-resource-pinterest-v${version}`;
const blob = "pulumi-resource-pinterest.blob";
const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
/** A larger archive contains something unintended. */
const maxArchiveBytes = 50_000_000;
/** The date that npm gives to the files in its archives. */
const archiveTime = new Date("1985-10-26T08:15:00Z");

const { values, positionals } = parseArgs({
  options: { out: { type: "string", default: join(repository, "dist-release") } },
  allowPositionals: true,
});
const work = mkdtempSync(join(tmpdir(), "pulumi-pinterest-executables-"));
try {
  await createFiles(selectedTargets(positionals));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @throws Error if a name is not that of a platform */
function selectedTargets(names: readonly string[]): readonly Target[] {
  const unknown = names.find((given) => !targets.some((target) => platform(target) === given));
  if (unknown !== undefined)
    throw new Error(`\`${unknown}\` is not a platform. Use one of: ${targets.map(platform).join(", ")}.`);
  return targets.filter((target) => names.length === 0 || names.includes(platform(target)));
}

/** Creates the archives of the platforms, the bill of materials, and the file with the checksums of both. Deletes those of earlier runs. */
async function createFiles(selected: readonly Target[]): Promise<void> {
  mkdirSync(values.out, { recursive: true });
  for (const file of readdirSync(values.out))
    if (/^(pulumi-resource-pinterest-v.*|SHA256SUMS)$/.test(file)) rmSync(join(values.out, file));

  const host = await nodeFor(hostTarget());
  const { code, packages } = await bundlePlugin();
  const nodeVersions = JSON.parse(
    await run(host.executable, ["--print", "JSON.stringify(process.versions)"]),
  );
  const contents = { version, packages, nodeVersions };
  const data = await prepare(code, host.executable);
  copyFileSync(join(repository, "LICENSE"), join(work, "LICENSE"));
  const licenses = thirdPartyLicenses(contents, readFileSync(host.license, "utf8"));
  writeFileSync(join(work, "THIRD-PARTY-LICENSES"), licenses);
  const bill = join(values.out, `${name}.cdx.json`);
  writeFileSync(bill, `${JSON.stringify(billOfMaterials(contents), undefined, 2)}\n`);
  const files = [bill];
  for (const target of selected) {
    const executable = await createExecutable(target, data);
    files.push(await createArchive(target, [executable, "LICENSE", "THIRD-PARTY-LICENSES"]));
  }
  writeFileSync(join(values.out, "SHA256SUMS"), files.map(checksumLine).join(""));
}

function platform({ os, arch }: Target): string {
  return `${os}-${arch}`;
}

/**
 * Prepares the code for {@link createExecutable}.
 *
 * @returns the data that Node.js runs if it is in its executable
 */
async function prepare(code: Buffer, hostNode: string): Promise<Buffer> {
  // The name of the code in stack traces. The data contains it.
  const main = "pulumi-resource-pinterest.cjs";
  writeFileSync(join(work, main), code);
  // V8's code cache would start the plugin 40 ms faster, but only on the platform of the build, and no two builds would be equal.
  const config = { main, output: blob, disableExperimentalSEAWarning: true };
  writeFileSync(join(work, "sea.json"), JSON.stringify(config));
  await run(hostNode, ["--experimental-sea-config", "sea.json"], { cwd: work });
  return readFileSync(join(work, blob));
}

/** @returns the name of the executable in the working directory */
async function createExecutable(target: Target, data: Buffer): Promise<string> {
  const output = `pulumi-resource-pinterest${target.os === "windows" ? ".exe" : ""}`;
  const path = join(work, output);
  copyFileSync((await nodeFor(target)).executable, path);
  // As a command, because it prints warnings about every executable.
  const args = [
    path,
    "NODE_SEA_BLOB",
    join(work, blob),
    "--sentinel-fuse",
    fuse,
    "--macho-segment-name",
    "NODE_SEA",
  ];
  await run(process.execPath, [postject, ...args]);
  if (target.os === "darwin") await sign(path);
  chmodSync(path, 0o755);
  verifyExecutable(readFileSync(path), target, data);
  return output;
}

/** Signs an executable for macOS on every platform, with a tool in Go. */
async function sign(path: string): Promise<void> {
  const tool = join(repository, "scripts/executables/sign");
  await run("go", ["run", "-mod=readonly", ".", path, "pulumi-resource-pinterest"], { cwd: tool }).catch(
    (error: CommandError) => {
      throw error.notFound
        ? new Error("Go is missing: it signs the executables for macOS. Install Go (https://go.dev/dl/).")
        : error;
    },
  );
}

/** Creates the archive with the name and the contents that Pulumi's engine expects. Two builds are equal, byte for byte. */
async function createArchive(target: Target, files: readonly string[]): Promise<string> {
  const file = join(values.out, `${name}-${platform(target)}.tar.gz`);
  // Portable archives have no owner.
  const options = { file, cwd: work, portable: true, mtime: archiveTime, gzip: true };
  await create(options, [...files]);
  const { size } = statSync(file);
  console.log(`${file}: ${(size / 1e6).toFixed(1)} MB`);
  if (size > maxArchiveBytes) throw new Error(`${file} is larger than ${maxArchiveBytes / 1e6} MB`);
  return file;
}

/** A line of the format that `sha256sum --check` reads. */
function checksumLine(file: string): string {
  return `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${basename(file)}\n`;
}
