import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { firstOf } from "../provider/base/message-text";
import { counted } from "../provider/base/words";
import { lookupKey } from "../provider/lifecycle/outputs";
import { type Observation, readObservations } from "../provider/run/observations";
import { formatRunContext, type ObservationRequest, type RunContext } from "../provider/run/run-context";
import { EngineErrors } from "./engine";
import { aliasAdvice, renamesIn } from "./renames";
import type { OpenStack } from "./stack";
import { isIntegrationType, nameOf } from "./state";

/** The properties of a resource. Secrets are the engine's marker instead of the value. */
export interface Properties {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Refreshed {
  /** The deployed values. */
  readonly state: Properties;
  /** The live values; undefined if it is missing. */
  readonly live: Properties | undefined;
  /** The inputs that differ. */
  readonly diff: readonly string[];
}

/** The planned operation of an update on a resource. */
export interface Planned {
  readonly op: "same" | "create" | "update" | "replace" | "delete";
  /** The program's inputs; for a delete, those in state. */
  readonly wanted: Properties;
  /** The inputs whose live values differ from the program. */
  readonly diff: readonly string[];
  /** The properties in state that the update changes, replaces or deletes. */
  readonly old?: Properties | undefined;
  /** Whether the resource in state is protected, so that the engine refuses to delete it. */
  readonly isProtected?: boolean;
  /** Whether a deletion only removes the resource from state. */
  readonly isRetained?: boolean;
}

/** The engine's results for one integration. */
export interface Steps {
  readonly urn: string;
  /** The URN of the resource in state that has the integration, if the program declares it under another name or parent without an alias. */
  readonly renamedFrom?: string;
  refreshed?: Refreshed | undefined;
  planned?: Planned | undefined;
}

/**
 * Whether the program does not declare a protected integration, so that every update fails: usually one that was imported, and whose
 * declaration is not in the program yet.
 */
export function isUndeclared({ planned }: Steps): boolean {
  return planned?.op === "delete" && planned.isProtected === true;
}

/** Collects the results of a preview from its events, and stores nothing else. */
export class PreviewSteps {
  /** The managed integrations by URN, without lookups. */
  readonly integrations = new Map<string, Steps>();
  /** URNs of other resources that the same update would change. */
  readonly othersChanged = new Set<string>();

  take({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (metadata === undefined) return;
    if (isIntegrationType(metadata.type)) {
      if (!isLookup(metadata)) this.takeIntegration(metadata, resOutputsEvent !== undefined);
    } else if (changes(metadata)) {
      this.othersChanged.add(metadata.urn);
    }
  }

  private takeIntegration(metadata: StepEventMetadata, isResult: boolean): void {
    const { urn, old: before, new: after } = metadata;
    // An interrupted replacement left this resource. The program manages another one with the same URN.
    if (before?.delete === true) return;
    const steps = this.integrations.get(urn) ?? { urn };
    const diff = namesIn(metadata);
    const planned = plannedOps[metadata.op];
    const wanted = after ?? before;
    // Only the result of a refresh has the live values. The event before it has the program's.
    if ((metadata.op as string) === "refresh" && isResult && before) {
      steps.refreshed = { state: propertiesOf(before), live: after ? propertiesOf(after) : undefined, diff };
    } else if (planned !== undefined && !isResult && wanted) {
      steps.planned = {
        op: planned,
        wanted: propertiesOf(wanted),
        diff,
        old: before ? propertiesOf(before) : undefined,
        isProtected: before?.protect === true,
        isRetained: before?.retainOnDelete === true,
      };
    } else return;
    this.integrations.set(urn, steps);
  }
}

/** A replacement has three steps. The deletion among them does not contain the program's values. */
const plannedOps: Readonly<Record<string, Planned["op"]>> = {
  same: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "import-replacement": "replace",
};

/** Reads and refreshes change nothing. Providers and the stack itself exist only in state. */
function changes({ op, type }: StepEventMetadata): boolean {
  return (
    !["same", "refresh", "read", "read-discard"].includes(op as string) &&
    !type.startsWith("pulumi:providers:") &&
    type !== "pulumi:pulumi:Stack"
  );
}

function isLookup({ old: before, new: after, op }: StepEventMetadata): boolean {
  return (op as string).startsWith("read") || lookupKey in (after?.inputs ?? before?.inputs ?? {});
}

function propertiesOf({ id, inputs, outputs }: Partial<Properties>): Properties {
  return { id: id ?? "", inputs: inputs ?? {}, outputs: outputs ?? {} };
}

/** The engine reports paths. The properties of an integration are not nested, but a name can be in brackets. */
function namesIn({ detailedDiff }: StepEventMetadata): string[] {
  return Object.keys(detailedDiff ?? {}).map((path) => /^\["(.+)"\]$/.exec(path)?.[1] ?? path);
}

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
      errors = previewFailures(error, failures, steps);
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
): string[] {
  const steps = [...integrations.values()];
  const renames = [...renamesIn(steps)].map(([to, { urn: from, planned }]) => ({ from, to, planned }));
  const renamed = renames.filter(({ planned }) => planned.isProtected);
  const undeclared = steps.filter(
    (one) => isUndeclared(one) && renamed.every(({ from }) => from !== one.urn),
  );
  const urns = undeclared.map(({ urn }) => urn).sort();
  const explained = [...urns, ...renamed.map(({ from }) => from)];
  const errors = engineErrors.of(error, (urn) => explained.includes(urn));
  if (renamed.length > 0) {
    errors.unshift(
      `The program declares ${counted(renamed.length, "protected integration")} under another name or parent: ` +
        `${firstOf(renamed.map(({ to }) => nameOf(to)).sort())}. \`pulumi up\` fails, because Pulumi would delete the protected resources. ` +
        aliasAdvice(renamed),
    );
  }
  if (urns.length > 0) {
    errors.unshift(
      `The stack has ${counted(urns.length, "protected integration")} that the program does not declare: ${firstOf(urns.map(nameOf))}. ` +
        "`pulumi up` fails until the program declares them. After an import, add the line that `pulumi-pinterest import` printed to the program; " +
        "in a YAML project, copy the sections that it wrote into Pulumi.yaml.",
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
