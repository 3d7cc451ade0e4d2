// The process behind official-download.mts: node install-official.mts <folder> <version>
import { createRequire } from "node:module";

/** Milliseconds for the release server's first answer: without a network, the next way should not have to wait. */
const firstAnswer = 10_000;
const releaseServer = "https://get.pulumi.com/";

const [root = "", version = ""] = process.argv.slice(2);
try {
  await fetch(releaseServer, { method: "HEAD", signal: AbortSignal.timeout(firstAnswer) });
  const fromHere = createRequire(import.meta.url);
  const { PulumiCommand } = fromHere(
    "@pulumi/pulumi/automation",
  ) as typeof import("@pulumi/pulumi/automation");
  const fromSdk = createRequire(fromHere.resolve("@pulumi/pulumi/package.json"));
  const { SemVer } = fromSdk("semver") as typeof import("semver");
  await PulumiCommand.install({ root, version: new SemVer(version) });
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `${releaseServer} did not answer within ${firstAnswer / 1000} s`;
  // fetch says only "fetch failed"; why is in the cause.
  return error.cause instanceof Error ? `${releaseServer}: ${error.cause.message}` : error.message;
}
