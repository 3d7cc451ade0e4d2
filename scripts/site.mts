// Builds the documentation site with VitePress, in `dist-site` or the directory of `--out`. `--base /docs/` builds a site that is not at the root of
// its server. `--dev` serves the site instead, and shows changes of pages at once. VitePress is installed in scripts/site.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const repository = resolve(import.meta.dirname, "..");
const site = join(repository, "scripts/site");

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(repository, "dist-site") },
    base: { type: "string", default: "/" },
    dev: { type: "boolean", default: false },
  },
});
const out = resolve(values.out);

installPackages();
if (!values.dev) rmSync(out, { recursive: true, force: true });
run(
  process.execPath,
  [
    join(site, "node_modules/vitepress/bin/vitepress.js"),
    ...(values.dev ? ["dev", site] : ["build", site, "--outDir", out]),
  ],
  { SITE_BASE: values.base },
);

function installPackages(): void {
  const installed = join(site, "node_modules/.package-lock.json");
  const isCurrent =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(site, "package-lock.json")).mtimeMs;
  if (!isCurrent) run("npm", ["ci", "--loglevel=error", "--prefix", site]);
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  // On Windows, npm is a command file, which needs a shell.
  const shell = program === "npm" && process.platform === "win32";
  const { status } = spawnSync(program, args, { stdio: "inherit", shell, env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}
