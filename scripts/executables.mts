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
import { run } from "./engine/command.mts";
import { type BundledPackage, bundlePlugin } from "./executables/bundle.mts";
import { hostTarget, nodeFor, nodeVersion, type Target, targets } from "./executables/node.mts";

const repository = resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const name = `pulumi-resource-pinterest-v${version}`;
/** The name of the bundled code in stack traces. */
const bundleName = "pulumi-resource-pinterest.cjs";
const licenses = ["LICENSE", "THIRD-PARTY-LICENSES"];
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
  writeFileSync(join(work, bundleName), code);
  copyFileSync(join(repository, "LICENSE"), join(work, "LICENSE"));
  writeFileSync(join(work, "THIRD-PARTY-LICENSES"), licensesOf(packages, readFileSync(host.license, "utf8")));
  const files: string[] = [];
  for (const target of selected) {
    const executable = await createExecutable(target, host.executable);
    files.push(await createArchive(target, [executable, ...licenses]));
  }
  writeFileSync(join(values.out, "SHA256SUMS"), files.map(checksumLine).join(""));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @returns the name of the executable in the working directory */
async function createExecutable(target: Target, hostNode: string): Promise<string> {
  const output = `pulumi-resource-pinterest${target.os === "windows" ? ".exe" : ""}`;
  const { executable } = await nodeFor(target);
  // Paths are relative, because the executable contains the one of its code.
  const config = {
    main: bundleName,
    output,
    executable,
    disableExperimentalSEAWarning: true,
    // A cache is valid only for the Node.js and the platform that created it.
    useCodeCache: executable === hostNode,
  };
  rmSync(join(work, output), { force: true });
  writeFileSync(join(work, "sea.json"), JSON.stringify(config));
  await run(hostNode, ["--build-sea", "sea.json"], { cwd: work });
  chmodSync(join(work, output), 0o755);
  return output;
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

function licensesOf(packages: readonly BundledPackage[], ofNode: string): string {
  const sections = [
    ...packages.map(({ name, version, license, licenseTexts }) => ({
      title: `${name} ${version}: ${license}`,
      texts: licenseTexts,
    })),
    { title: `Node.js ${nodeVersion}, and what it contains`, texts: [ofNode.trim()] },
  ];
  return sections
    .map(({ title, texts }) => `${title}\n\n${texts.join("\n\n")}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** A line of the format that `sha256sum --check` reads. */
function checksumLine(file: string): string {
  return `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${basename(file)}\n`;
}
