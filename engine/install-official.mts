// The process behind official-download.mts: node install-official.mts <folder> <version>
import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import type { PulumiCommandOptions } from "@pulumi/pulumi/automation/index.js";

/** Milliseconds for the release server's first answer: without a network, the next way should not have to wait. */
const firstAnswer = 10_000;
const releaseServer = "https://get.pulumi.com/";

type SemVer = NonNullable<PulumiCommandOptions["version"]>;

const [root = "", version = ""] = process.argv.slice(2);
try {
  await fetch(releaseServer, { method: "HEAD", signal: AbortSignal.timeout(firstAnswer) });
  const { default: automation } = await import("@pulumi/pulumi/automation/index.js");
  // The SDK compares with its own copy of semver, which isn't a dependency of this package.
  const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const semver = fromSdk("semver") as { SemVer: new (version: string) => SemVer };
  await automation.PulumiCommand.install({ root, version: new semver.SemVer(version) });
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `${releaseServer} did not answer within ${firstAnswer / 1000} s`;
  const installer = (error as { commandResult?: { err?: { shortMessage?: string; stderr?: string } } })
    .commandResult?.err;
  if (installer?.shortMessage) {
    const lastWords = stripVTControlCharacters(installer.stderr ?? "")
      .trim()
      .split("\n")
      .at(-1);
    return `the installer failed: ${lastWords || installer.shortMessage}`;
  }
  // fetch says only "fetch failed"; why is in the cause.
  return error.cause instanceof Error ? `${releaseServer}: ${error.cause.message}` : error.message;
}
