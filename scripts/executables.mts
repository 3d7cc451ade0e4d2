// Creates the plugin's executables, in archives that Pulumi installs. Arguments: platforms, such as `linux-amd64`, instead of all of them.
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { create } from "tar";
import { type CommandError, run } from "./engine/command.mts";
import { bundlePlugin } from "./executables/bundle.mts";
import { billOfMaterials, thirdPartyLicenses } from "./executables/contents.mts";
import { hostTarget, nodeFor, type Target, targets } from "./executables/node.mts";
import { verifyExecutable } from "./executables/verify.mts";

const repository = resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const name = `pulumi-resource-pinterest-v${version}`;
/** The name of the bundled code in stack traces. */
const bundleName = "pulumi-resource-pinterest.cjs";
const maxArchiveBytes = 50_000_000;

const { values, positionals } = parseArgs({
  options: { out: { type: "string", default: join(repository, "dist-release") } },
  allowPositionals: true,
});
const platform = ({ os, arch }: Target) => `${os}-${arch}`;
const unknown = positionals.find((given) => !targets.some((target) => platform(target) === given));
if (unknown !== undefined)
  throw new Error(`\`${unknown}\` is not a platform. Use: ${targets.map(platform).join(", ")}`);
const selected = targets.filter(
  (target) => positionals.length === 0 || positionals.includes(platform(target)),
);

rmSync(values.out, { recursive: true, force: true });
mkdirSync(values.out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "pulumi-pinterest-executables-"));
try {
  const host = await nodeFor(hostTarget());
  const { code, packages } = await bundlePlugin();
  const nodeVersions = JSON.parse(
    await run(host.executable, ["--print", "JSON.stringify(process.versions)"]),
  );
  const contents = { version, packages, nodeVersions };
  writeFileSync(join(work, bundleName), code);
  copyFileSync(join(repository, "LICENSE"), join(work, "LICENSE"));
  writeFileSync(
    join(work, "THIRD-PARTY-LICENSES"),
    thirdPartyLicenses(contents, readFileSync(host.license, "utf8")),
  );
  const bill = join(values.out, `${name}.cdx.json`);
  writeFileSync(bill, `${JSON.stringify(billOfMaterials(contents), undefined, 2)}\n`);
  const files = [bill];
  for (const target of selected) {
    const executable = await createExecutable(target, host.executable, code);
    files.push(await createArchive(target, [executable, "LICENSE", "THIRD-PARTY-LICENSES"]));
  }
  writeFileSync(join(values.out, "SHA256SUMS"), files.map(checksumLine).join(""));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @returns the name of the executable in the working directory */
async function createExecutable(target: Target, hostNode: string, code: Buffer): Promise<string> {
  const output = `pulumi-resource-pinterest${target.os === "windows" ? ".exe" : ""}`;
  const path = join(work, output);
  const { executable } = await nodeFor(target);
  // The executable contains the path of its code, so the paths are relative. V8's code cache would start it 40 ms faster, but only on the platform
  // of the build, and no two builds would be equal.
  const config = { main: bundleName, output, executable, disableExperimentalSEAWarning: true };
  writeFileSync(join(work, "sea.json"), JSON.stringify(config));
  rmSync(path, { force: true });
  await run(hostNode, ["--build-sea", "sea.json"], { cwd: work });
  if (target.os === "darwin") await sign(path);
  chmodSync(path, 0o755);
  verifyExecutable(readFileSync(path), target, code);
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
  // npm's date of the files in its archives. Portable archives have no owner.
  const mtime = new Date("1985-10-26T08:15:00Z");
  await create({ file, cwd: work, portable: true, mtime, gzip: { level: 9 } }, [...files]);
  const { size } = statSync(file);
  console.log(`${file}: ${(size / 1e6).toFixed(1)} MB`);
  if (size > maxArchiveBytes) throw new Error(`${file} is larger than ${maxArchiveBytes / 1e6} MB`);
  return file;
}

/** A line of the format that `sha256sum --check` reads. */
function checksumLine(file: string): string {
  return `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${basename(file)}\n`;
}
