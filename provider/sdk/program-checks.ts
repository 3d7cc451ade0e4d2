import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import {
  type Configuration,
  type ConfigurationKey,
  configurationKeyNames,
  explainMisplaced,
  fullKey,
  type Host,
  misplacedKeys,
  namespace,
  readConfiguration,
  rowOf,
  unreadKeysOfStack,
} from "../config";
import { assertNode, isOlder, oldestEngine, oldestSdk, oneCopy, packageAt } from "../run/installation";
import { hostOf, type Invocation, parseRunContext } from "../run/run-context";

/**
 * Keeps one value for each run of a program. A process can have several runs, one after the other (Automation API).
 *
 * @returns a function that returns the value of the current run. Undefined outside of runs, and under `pulumi.runtime.setMocks`, where one
 * process constructs the same resources again and again.
 */
export function perRun<T>(create: () => T): () => T | undefined {
  const values = new WeakMap<object, T>();
  return () => {
    const monitor = pulumi.runtime.getMonitor();
    if (monitor === undefined || monitor instanceof MockMonitor) return undefined;
    if (!values.has(monitor)) values.set(monitor, create());
    return values.get(monitor);
  };
}

/** The value of an output, or undefined while it is unknown. `apply` does not run for an unknown output. */
export async function valueIfKnown<T>(output: pulumi.Output<T>): Promise<{ value: T } | undefined> {
  // The SDK's types omit `promise` and `isKnown` (its output.ts).
  const internal = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
  return (await internal.isKnown) ? { value: await internal.promise() } : undefined;
}

/** The environment of the program, and what the command that runs it requests. @throws Error like {@link parseRunContext}. */
export function programInvocation(): Invocation {
  const environment = process.env;
  return { environment, context: parseRunContext(environment) };
}

/** The host of the program. @throws Error like {@link parseRunContext}. */
export function programHost(): Host {
  return hostOf(programInvocation());
}

/** The value of a key in the stack's configuration, if it is set. */
export function stackConfiguration(key: ConfigurationKey): string | undefined {
  // `pulumi.Config.get` would warn about every secret.
  return pulumi.runtime.getConfig(fullKey(key));
}

/**
 * The stack's configuration, after checks of Node.js, the SDK and the configuration. These run, and print their warnings, once for each run.
 * Undefined outside of a run, and with mocks.
 *
 * @throws RunError if Node.js or the SDK is unsupported, the SDK is installed twice, or a configuration key has a value that is not allowed.
 */
export const checkedConfiguration = perRun((): Configuration => {
  withRunErrors(assertNode);
  checkSdk();
  return checkConfiguration();
});

/** Runs the checks of {@link checkedConfiguration}. @throws RunError */
export function assertInstallation(): void {
  checkedConfiguration();
}

/** Rejects if the engine is too old. Resources wait for it before they register. */
export const engineChecked = perRun(() =>
  pulumi.requirePulumiVersion(`>=${oldestEngine}`).catch((error: Error) => {
    throw new Error(
      `pulumi-pinterest needs the Pulumi CLI ${oldestEngine} or newer (https://www.pulumi.com/docs/install): ${error.message}`,
    );
  }),
);

/** Runs `action`, and throws errors that Pulumi prints without a stack. */
export function withRunErrors<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

function checkSdk(): void {
  const ours = packageAt("@pulumi/pulumi", __filename);
  const programs = packageAt("@pulumi/pulumi", join(process.cwd(), "index.js"));
  if (programs !== undefined && ours !== undefined && programs.directory !== ours.directory) {
    throw new pulumi.RunError(
      `two copies of @pulumi/pulumi: the program has ${programs.version}, pulumi-pinterest ${ours.version} of its own. ` +
        `One does not recognize the resources of the other. ${oneCopy}`,
    );
  }
  if (ours !== undefined && isOlder(ours.version, oldestSdk)) {
    throw new pulumi.RunError(
      `pulumi-pinterest needs @pulumi/pulumi ${oldestSdk} or newer, and found ${ours.version}: ` +
        "run `npm install @pulumi/pulumi@latest`",
    );
  }
}

/** An update without changes would save an invalid configuration in state, and later commands would fail. */
function checkConfiguration(): Configuration {
  const configuration = withRunErrors(() => readConfiguration(stackConfiguration, programHost()));
  for (const key of plaintextSecrets()) {
    pulumi.log.warn(
      `\`${fullKey(key)}\` is in plaintext in the stack's configuration. Run \`pulumi config set --secret ${fullKey(key)}\`, ` +
        "and renew the token.",
    );
  }
  const keys = Object.keys(pulumi.runtime.allConfig());
  const project = pulumi.getProject();
  for (const { name, meant } of unreadKeysOfStack(keys, project)) {
    const key = `${namespace}:${name}`;
    const hint = meant === undefined ? "" : ` Did you mean \`${fullKey(meant)}\`?`;
    pulumi.log.warn(
      `\`${key}\` in the stack's configuration is not a key of this provider.${hint} Run \`pulumi config rm ${key}\` to remove it.`,
    );
  }
  for (const key of misplacedKeys(keys, project, programHost().environment)) {
    const { problem, remedy } = explainMisplaced(key, project);
    pulumi.log.warn(`${problem} ${remedy}.`);
  }
  return configuration;
}

function plaintextSecrets(): ConfigurationKey[] {
  // The SDK's runtime exports it, but its types omit it.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret?: (key: string) => boolean };
  return configurationKeyNames.filter(
    (key) =>
      rowOf(key).secret && stackConfiguration(key) !== undefined && isConfigSecret?.(fullKey(key)) === false,
  );
}
