import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { firstOf } from "../provider/base/message-text";
import { counted } from "../provider/base/words";
import { type Observation, readObservations } from "../provider/run/observations";
import { formatRunContext, type ObservationRequest, type RunContext } from "../provider/run/run-context";
import { EngineErrors } from "./engine";
import { aliasAdvice, aliasFor, renamesIn } from "./renames";
import type { OpenStack } from "./stack";
import { nameOf } from "./state";
import { isUndeclared, PreviewSteps } from "./steps";

interface PreviewOptions {
  readonly refresh: boolean;
  /** The observations that provider processes report. @default nothing */
  readonly observe?: Omit<ObservationRequest, "file">;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default a signal stops the preview and the process */
  readonly signal?: AbortSignal | undefined;
  /** Receives each event, and the number of integrations so far. */
  readonly onEvent?: (event: EngineEvent, integrations: number) => void;
}

/**
 * Runs a preview, in which provider processes report what they see to a file.
 *
 * @returns the steps and observations, up to the failure if it failed, and why it failed.
 */
export function previewOf(
  stack: OpenStack,
  { refresh, observe = {}, environment = {}, signal, onEvent }: PreviewOptions,
) {
  const steps = new PreviewSteps();
  const failures = new EngineErrors();
  return whileObserving(stack.context, observe, async (file) => {
    let errors: string[] = [];
    try {
      await stack.preview({
        refresh,
        environment: { ...environment, ...file.environment },
        signal,
        onEvent: (event) => {
          failures.take(event);
          steps.take(event);
          onEvent?.(event, steps.integrations.size);
        },
      });
    } catch (error) {
      errors = previewFailures(error, failures, steps, stack);
    }
    return { steps, observations: file.observations(), errors };
  });
}

/**
 * The errors of a failed preview. If the program does not declare protected integrations, or declares them under another name, one error replaces
 * the engine's, which are one for each of them, and advise to remove the protection.
 */
function previewFailures(
  error: unknown,
  engineErrors: EngineErrors,
  { integrations }: PreviewSteps,
  { runtime }: OpenStack,
): string[] {
  const steps = [...integrations.values()];
  const renamed = [...renamesIn(steps)].flatMap(([to, { urn: from, isProtected }]) =>
    isProtected ? [{ from, to }] : [],
  );
  const undeclared = steps.filter(
    (one) => isUndeclared(one) && renamed.every(({ from }) => from !== one.urn),
  );
  const urns = undeclared.map(({ urn }) => urn).sort();
  const explained = [...urns, ...renamed.map(({ from }) => from)];
  const errors = engineErrors.of(error, (urn) => explained.includes(urn));
  if (renamed.length > 0) {
    errors.unshift(
      `The program declares ${counted(renamed.length, "protected integration")} under another name or parent: ` +
        `${firstOf(renamed.map(({ to }) => nameOf(to)).sort())}. \`pulumi up\` fails, because Pulumi would delete the protected ${renamed.length === 1 ? "resource" : "resources"}. ` +
        aliasAdvice(
          renamed.map(({ from, to }) => ({ name: nameOf(to), alias: aliasFor(from, to, runtime) })),
        ),
    );
  }
  if (urns.length > 0) {
    errors.unshift(
      `The stack has ${counted(urns.length, "protected integration")} that the program does not declare: ${firstOf(urns.map(nameOf))}. ` +
        `\`pulumi up\` fails until the program declares ${urns.length === 1 ? "it" : "them"}. After an import, add the line that ` +
        "`pulumi-pinterest import` printed to the program; in a YAML project, copy the sections that it wrote into Pulumi.yaml. To delete an " +
        "integration at Pinterest instead, run `pulumi state unprotect URN` (`pulumi stack --show-urns` prints the URN), and then `pulumi up`.",
    );
  }
  return errors;
}

/** The file in which the provider processes of an engine command write their observations. */
interface ObservationFile {
  /** The environment that enables them. */
  readonly environment: Record<string, string>;
  observations(): Observation[];
}

/** The directories with files of observations. */
const directories = new Set<string>();

/**
 * Lets provider processes write observations during an action, to a file that only the user can read. It is deleted at the end of the
 * action or the process.
 *
 * @param context of the engine that the action runs.
 * @param parent directory of the file.
 */
export async function whileObserving<T>(
  context: RunContext,
  asked: Omit<ObservationRequest, "file">,
  action: (file: ObservationFile) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  const directory = mkdtempSync(join(parent, "pulumi-pinterest-"));
  if (directories.size === 0) process.on("exit", removeAll);
  directories.add(directory);
  try {
    const file = join(directory, "observations");
    writeFileSync(file, "", { mode: 0o600 });
    return await action({
      environment: formatRunContext({ ...context, observe: { file, ...asked } }),
      observations: () => readObservations(file),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
    directories.delete(directory);
    if (directories.size === 0) process.off("exit", removeAll);
  }
}

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
