import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { actionStandIns } from "../../../scripts/release/stand-ins/actions.mts";
import { startNpmRegistry } from "../../../scripts/release/stand-ins/npm-registry.mts";
import type { StandIn } from "../../../scripts/release/stand-ins/server.mts";
import { type JobResult, runJob } from "../../../scripts/release/workflow-job.mts";

const repository = resolve(__dirname, "../../..");
const workflow = readFileSync(join(repository, ".github/workflows/release.yml"), "utf8");

let directory: string;
let registry: StandIn;
let environment: NodeJS.ProcessEnv;
const path = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-publish-"));
  for (const name of [
    "artifacts/go/pinterest",
    "artifacts/npm",
    "artifacts/notes",
    "artifacts/assets",
    "releases",
    "pypi",
    "nuget",
  ])
    mkdirSync(path(name), { recursive: true });
  registry = await startNpmRegistry();
  writeFileSync(path("gitconfig"), "[user]\nname = Test\nemail = test@example.com\n");
  writeFileSync(
    path("npmrc"),
    `registry=${registry.url}\n${registry.url.replace("http:", "")}:_authToken=test\nupdate-notifier=false\n`,
  );
  environment = {
    ...process.env,
    PATH: [join(repository, "scripts/release/stand-ins/bin"), process.env.PATH].join(delimiter),
    NPM_CONFIG_USERCONFIG: path("npmrc"),
    GH_RELEASES: path("releases"),
    NUGET_FEED: path("nuget"),
    GNUPGHOME: path("gnupg"),
    GIT_CONFIG_GLOBAL: path("gitconfig"),
  };
});

afterEach(async () => {
  await registry.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function npm(...args: string[]): Promise<string> {
  const options = { cwd: path("artifacts/npm"), env: environment };
  return (await promisify(execFile)("npm", args, options)).stdout;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, env: environment, encoding: "utf8", stdio: "pipe" }).trim();
}

/** Creates the repository at GitHub, with a tag. */
function createRemote(tag: string): void {
  git(directory, "init", "--quiet", "source");
  writeFileSync(path("source/.gitignore"), "/sdk/\n");
  git(path("source"), "add", "--all");
  git(path("source"), "commit", "--quiet", "--message", "Release", "--date", "2026-01-02T03:04:05Z");
  git(path("source"), "tag", tag);
  git(directory, "clone", "--quiet", "--bare", "source", "remote");
}

/**
 * Runs a job of the release of a tag. The jobs that need a checkout have one, and the others start in an empty directory.
 *
 * @param values of expressions, in addition to GitHub's
 */
function publish(job: string, tag: string, values: Record<string, string> = {}): Promise<JobResult> {
  const checkout = mkdtempSync(path("job-"));
  if (job === "github" || job === "site")
    git(checkout, "clone", "--quiet", "--depth=1", "--branch", tag, `file://${path("remote")}`, ".");
  return runJob(workflow, job, {
    directory: checkout,
    environment,
    values: {
      "github.ref_name": tag,
      "github.repository": "shop/pulumi-pinterest",
      "github.token": "ghs_test",
      ...values,
    },
    // Only GitHub and other CI systems can sign the provenance of a package.
    variables: { NPM_CONFIG_PROVENANCE: "false" },
    runAction: actionStandIns(checkout, { artifacts: path("artifacts"), pypi: path("pypi") }),
  });
}

test("publishes the npm package once, also if the job runs again", async () => {
  writeFileSync(
    path("artifacts/npm/package.json"),
    JSON.stringify({ name: "pulumi-pinterest", version: "1.2.3" }),
  );
  await npm("pack", "--silent");
  expect(await publish("npm", "v1.2.3")).toMatchObject({ isSuccess: true });
  const again = await publish("npm", "v1.2.3");
  expect(again).toMatchObject({ isSuccess: true });
  expect(again.log).toContain("Version 1.2.3 is on npm already.");
  expect([JSON.parse(await npm("view", "pulumi-pinterest", "versions", "--json"))].flat()).toEqual(["1.2.3"]);
});

test("publishes an npm prerelease that is not the latest version", async () => {
  for (const version of ["1.2.3", "1.3.0-rc.1"]) {
    writeFileSync(path("artifacts/npm/package.json"), JSON.stringify({ name: "pulumi-pinterest", version }));
    await npm("pack", "--silent");
    expect(await publish("npm", `v${version}`)).toMatchObject({ isSuccess: true });
  }
  expect(JSON.parse(await npm("view", "pulumi-pinterest", "dist-tags", "--json"))).toEqual({
    latest: "1.2.3",
    next: "1.3.0-rc.1",
  });
});

test("tags the Go module, and publishes a draft as the release when it has all files, also if an earlier run has left a part of it", async () => {
  const archive = "pulumi-resource-pinterest-v1.2.3-linux-amd64.tar.gz";
  writeFileSync(path(`artifacts/assets/${archive}`), "archive");
  writeFileSync(path("artifacts/assets/SHA256SUMS"), "checksums");
  writeFileSync(path("artifacts/notes/notes.md"), "### Added\n");
  writeFileSync(path("artifacts/go/go.mod"), "module example.com/shop/sdk/go\n");
  createRemote("v1.2.3");
  const commits = new Set<string>();
  for (const _ of ["first", "again"]) {
    expect(await publish("github", "v1.2.3")).toMatchObject({ isSuccess: true });
    expect(readdirSync(path("releases/v1.2.3/assets")).sort()).toEqual(["SHA256SUMS", archive]);
    expect(readFileSync(path("releases/v1.2.3/notes.md"), "utf8")).toBe("### Added\n");
    expect(existsSync(path("releases/v1.2.3/draft"))).toBe(false);
    commits.add(git(path("remote"), "rev-parse", "sdk/go/v1.2.3"));
  }
  expect(commits.size).toBe(1);
  expect(git(path("remote"), "show", "sdk/go/v1.2.3:sdk/go/go.mod")).toBe("module example.com/shop/sdk/go");
  expect(git(path("remote"), "ls-tree", "--name-only", "v1.2.3")).toBe(".gitignore");
  expect(readFileSync(path("releases/v1.2.3/options.txt"), "utf8")).not.toContain("--prerelease");
});

test("publishes the documentation of the latest version at the root, and of each version in its directory", async () => {
  createRemote("v1.2.3");
  git(path("remote"), "tag", "v1.3.0");
  git(path("remote"), "tag", "v2.0.0-rc.1");
  const published = () => git(path("remote"), "ls-tree", "-r", "--name-only", "gh-pages").split("\n");
  // The last job runs again.
  for (const tag of ["v1.2.3", "v1.3.0", "v2.0.0-rc.1", "v2.0.0-rc.1"]) {
    rmSync(path("artifacts/site"), { recursive: true, force: true });
    mkdirSync(path(`artifacts/site/${tag}`), { recursive: true });
    writeFileSync(path(`artifacts/site/latest-${tag}.html`), "latest version");
    writeFileSync(path(`artifacts/site/${tag}/index.html`), tag);
    expect(await publish("site", tag)).toMatchObject({ isSuccess: true });
  }
  expect(published()).toEqual([
    ".nojekyll",
    "latest-v1.3.0.html",
    "v1.2.3/index.html",
    "v1.3.0/index.html",
    "v2.0.0-rc.1/index.html",
  ]);
});

test("publishes the wheel at PyPI", async () => {
  mkdirSync(path("artifacts/python"));
  writeFileSync(path("artifacts/python/pulumi_pinterest-1.2.3-py3-none-any.whl"), "wheel");
  await publish("pypi", "v1.2.3");
  expect(readdirSync(path("pypi"))).toEqual(["pulumi_pinterest-1.2.3-py3-none-any.whl"]);
});

test("publishes the .NET package with the key of the login", async () => {
  mkdirSync(path("artifacts/dotnet"));
  const key = { "vars.NUGET_USER": "shop", "steps.login.outputs.NUGET_API_KEY": "key" };
  expect(await publish("nuget", "v1.2.3", key)).toMatchObject({ isSuccess: true });
  expect(readdirSync(path("nuget"))).toEqual(["Pinterest.nupkg"]);
});

const gpgMissing = ["gpg", "jar"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
if (gpgMissing.length > 0) test.skip(`Maven: ${gpgMissing.join(" and ")} is not on PATH`, () => {});

(gpgMissing.length > 0 ? test.skip : test)(
  "signs the Java package, and uploads it with its signatures",
  async () => {
    mkdirSync(path("artifacts/java"));
    mkdirSync(path("gnupg"), { mode: 0o700 });
    const gpg = (...args: string[]) =>
      execFileSync("gpg", ["--batch", "--quiet", ...args], {
        env: environment,
        encoding: "utf8",
        stdio: "pipe",
      });
    gpg("--passphrase", "", "--quick-generate-key", "shop@example.com", "ed25519", "sign", "1d");
    const uploads: { authorization: string | undefined; body: Buffer }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      uploads.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks) });
      response.writeHead(201).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const result = await publish("maven", "v1.2.3", {
      "vars.MAVEN_UPLOAD_URL": `http://127.0.0.1:${port}/upload`,
      "secrets.MAVEN_TOKEN": "maven-token",
      "secrets.MAVEN_SIGNING_KEY": gpg("--armor", "--export-secret-keys"),
    });
    await new Promise((resolve) => server.close(resolve));
    spawnSync("gpgconf", ["--kill", "all"], { env: environment });
    expect(result).toMatchObject({ isSuccess: true });
    expect(result.log).not.toContain("maven-token");
    expect(uploads.map(({ authorization }) => authorization)).toEqual(["Bearer maven-token"]);
    // The names of the files in the archive are not compressed.
    for (const name of ["pinterest-1.2.3.jar", "pinterest-1.2.3.jar.asc", "pinterest-1.2.3.pom.asc"])
      expect(uploads[0]?.body.includes(name)).toBe(true);
    expect(uploads[0]?.body.includes("maven-metadata")).toBe(false);
  },
);
