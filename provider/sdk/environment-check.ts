import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../config/configuration";
import { fullKey, namespace } from "../config/keys";
import { explainMisplaced } from "../config/unread-keys";
import { packageAt } from "../runtime/installation/package-at";
import { isOlder, oldestEngine, oldestNode, oldestSdk, oneCopy } from "../runtime/installation/requirements";
import { PerRun } from "./run";
import { keysInPlainText, keysMisplaced, keysNotRead, stackConfiguration } from "./stack-configuration";

const installation = new PerRun(checkInstallation);
const engine = new PerRun(checkEngine);

/**
 * Says at once, once a run, what would otherwise fail late and oddly.
 *
 * @throws RunError if Node.js or the SDK is unsupported, the SDK is installed twice, or a configuration key has a value that is not allowed.
 */
export function assertInstallation(): void {
  installation.get();
}

/** Settles when the engine has said that it is new enough; resources wait for it before they register. */
export function engineChecked(): Promise<void> {
  return engine.get() ?? Promise.resolve();
}

function checkInstallation(): void {
  checkNode();
  checkSdk();
  checkConfiguration();
  for (const key of keysInPlainText()) {
    pulumi.log.warn(
      `\`${fullKey(key)}\` is in the stack's configuration as plain text; ` +
        `set it again with \`pulumi config set --secret ${fullKey(key)}\`, and renew the token`,
    );
  }
  for (const { name, meant } of keysNotRead()) {
    const hint = meant === undefined ? "" : `did you mean \`${fullKey(meant)}\`? `;
    const key = `${namespace}:${name}`;
    pulumi.log.warn(
      `\`${key}\` is in the stack's configuration, and nothing reads it: ${hint}\`pulumi config rm ${key}\` takes it out`,
    );
  }
  for (const key of keysMisplaced()) {
    const { problem, remedy } = explainMisplaced(key, pulumi.getProject());
    pulumi.log.warn(`${problem} ${remedy}`);
  }
}

/** State would otherwise keep an invalid configuration after an update without changes, and later commands fail. */
function checkConfiguration(): void {
  try {
    readConfiguration(stackConfiguration);
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

async function checkEngine(): Promise<void> {
  await pulumi.requirePulumiVersion(`>=${oldestEngine}`).catch((error: Error) => {
    throw new Error(
      `pulumi-pinterest needs Pulumi's command line at ${oldestEngine} or newer: ${error.message}`,
    );
  });
}

function checkNode(): void {
  if (isOlder(process.versions.node, oldestNode)) {
    throw new pulumi.RunError(
      `pulumi-pinterest needs Node.js ${oldestNode} or newer, and this program runs on ${process.versions.node}: ` +
        "install a newer one, and put it first on PATH",
    );
  }
}

function checkSdk(): void {
  const ours = packageAt("@pulumi/pulumi", __filename);
  const programs = packageAt("@pulumi/pulumi", join(process.cwd(), "index.js"));
  if (programs !== undefined && ours !== undefined && programs.directory !== ours.directory) {
    throw new pulumi.RunError(
      `two copies of @pulumi/pulumi: the program has ${programs.version}, pulumi-pinterest ${ours.version} of its own. ` +
        `Resources of one are strangers to the other. ${oneCopy}`,
    );
  }
  if (ours !== undefined && isOlder(ours.version, oldestSdk)) {
    throw new pulumi.RunError(
      `pulumi-pinterest needs @pulumi/pulumi ${oldestSdk} or newer, and found ${ours.version}: ` +
        "run `npm install @pulumi/pulumi@latest`",
    );
  }
}
