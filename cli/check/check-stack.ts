import { randomUUID } from "node:crypto";
import { environmentVariable, fingerprintOf } from "../../provider/config";
import { summaryOf } from "../../provider/lifecycle/messages";
import type { InventoryObservation } from "../../provider/runtime/observations";
import { ExplainedError } from "../explained-error";
import { type Access, openAccess } from "../stack/access";
import { EngineErrors } from "../stack/engine";
import { whileObserving } from "../stack/observing";
import type { OpenStack } from "../stack/stack";
import { nameOf } from "../stack/state";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { merchantOf } from "./merchant";
import { ObservedReads, readUnread } from "./reads";
import type { StackReport } from "./report";
import { isUndeclared, PreviewSteps, type Steps } from "./steps";
import { inventoryErrors, listRemaining, type StackHoldings, unlistedOf, unmanagedOf } from "./unmanaged";

/** The result of a stack's drift check, including what the report omits. */
export interface StackCheck extends StackHoldings {
  /** Without unmanaged integrations, which depend on the other stacks. */
  readonly report: StackReport;
  /** Whether the preview failed, so that the program is not completely known, and an update would fail too. */
  readonly failed: boolean;
  /** URNs of other resources that an update would change. */
  readonly othersChanged: readonly string[];
}

export interface CheckOptions {
  /** Whether to list unmanaged integrations of the accounts. */
  readonly unmanaged?: boolean | undefined;
  /** Receives messages that are not errors. */
  readonly notify: (message: string) => void;
  /** Receives the progress of the check. */
  readonly progress?: (text: string) => void;
  /** Stops the check. Default: a signal stops the check and the process. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Limits of a check, unless the user sets these keys. With the provider's defaults, an account that does not answer would delay it by four
 * minutes: four attempts of 30 s to list the account, then four to read the integration.
 */
const readLimits: Readonly<Record<string, string>> = {
  [environmentVariable("requestTimeout")]: "10",
  [environmentVariable("maxAttempts")]: "2",
};

/** The reports of stacks, with their unmanaged integrations if requested. */
export function withUnmanaged(
  checks: readonly StackCheck[],
  { unmanaged }: Pick<CheckOptions, "unmanaged">,
): StackReport[] {
  if (!unmanaged) return checks.map(({ report }) => report);
  const found = unmanagedOf(checks);
  return checks.map(({ report, inventory }, index) => {
    const unlisted = unlistedOf(inventory);
    return {
      ...report,
      unmanaged: found[index] ?? [],
      ...(unlisted.length > 0 ? { unlisted } : {}),
    };
  });
}

/**
 * Compares Pinterest with the state and program of a stack, and writes nothing. Failures are part of the report. The result also contains
 * what `--fix` and other stacks need.
 */
export async function checkStack(stack: OpenStack, options: CheckOptions): Promise<StackCheck> {
  const { unmanaged = false, notify } = options;
  let access: Access | undefined;
  const errors: string[] = [];
  if (unmanaged) {
    await collectingError(errors, async () => {
      access = await openAccess(stack, notify, readLimits);
    });
  }
  const steps = new PreviewSteps();
  const reads = new ObservedReads();
  const inventory: InventoryObservation[] = [];
  const previewErrors = await preview(stack, access, { steps, reads, inventory }, options);
  errors.push(...previewErrors);
  const failed = previewErrors.length > 0;
  await collectingError(errors, () => addUnread(stack, steps, reads, failed, options));
  if (access !== undefined) {
    inventory.push(...(await listRemaining(access, inventory)));
  }
  const report = reportOf(stack, [...steps.integrations.values()], reads);
  return {
    report: {
      ...report,
      errors: [...new Set([...errors, ...inventoryErrors(inventory, report.merchants)])],
    },
    integrations: [...steps.integrations.values()],
    inventory,
    failed,
    othersChanged: [...steps.othersChanged],
  };
}

/**
 * Compares Pinterest with the last update, without running the program. The engine only reads the state. For frequent checks of many
 * stacks; changes of the program are not reported. Writes nothing.
 */
export async function checkState(
  stack: OpenStack,
  {
    notify,
    signal,
    only,
  }: Pick<CheckOptions, "notify" | "signal"> & {
    /** URNs of the resources to check. @default all */
    readonly only?: ReadonlySet<string>;
  },
): Promise<StackReport> {
  const reads = new ObservedReads();
  const errors: string[] = [];
  let found: Steps[] = [];
  await collectingError(errors, async () => {
    found = await readUnread(stack, {
      isRead: (urn) => only?.has(urn) === false,
      observe: (read) => reads.add(read),
      limits: readLimits,
      notify,
      signal,
    });
  });
  return { ...reportOf(stack, found, reads), errors };
}

function reportOf(
  { project, name, directory }: OpenStack,
  steps: readonly Steps[],
  reads: ObservedReads,
): Omit<StackReport, "errors"> {
  return {
    project,
    stack: name,
    directory,
    merchants: steps
      .map((found) => merchantOf(found, reads.of(found)))
      .sort((left, right) => (left.urn < right.urn ? -1 : 1)),
    ...(reads.uncompared.size > 0 ? { uncompared: [...reads.uncompared].sort() } : {}),
  };
}

interface Findings {
  readonly steps: PreviewSteps;
  readonly reads: ObservedReads;
  readonly inventory: InventoryObservation[];
}

/** Runs the engine's part of the check, and returns the failures. */
async function preview(
  stack: OpenStack,
  access: Access | undefined,
  { steps, reads, inventory }: Findings,
  { unmanaged = false, progress = () => {}, signal }: CheckOptions,
): Promise<string[]> {
  const credentials = access && fingerprintOf(access.configuration, randomUUID());
  const engineErrors = new EngineErrors();
  const unset = Object.entries(readLimits).filter(([name]) => !process.env[name]);
  const request = { reads: true, inventory: unmanaged, stack: credentials };
  return whileObserving(request, async ({ environment, observations }) => {
    const errors: string[] = [];
    try {
      await stack.preview({
        refresh: true,
        // Also shows provider processes that cannot read the engine's command line that the program runs.
        environment: { ...Object.fromEntries(unset), ...environment, PULUMI_OPTION_RUN_PROGRAM: "true" },
        signal,
        onEvent: (event) => {
          engineErrors.take(event);
          steps.take(event);
          progress(`${stack.name}: ${steps.integrations.size} integrations`);
        },
      });
    } catch (error) {
      errors.push(...previewFailures(error, engineErrors, steps));
    }
    for (const observation of observations()) {
      if (observation.kind === "read") reads.add(observation);
      if (observation.kind === "inventory") inventory.push(observation);
    }
    return errors;
  });
}

/**
 * The errors of a failed preview. If the program does not declare protected integrations, one error replaces the engine's, which are one for each
 * of them, and advise to remove the protection.
 */
export function previewFailures(
  error: unknown,
  engineErrors: EngineErrors,
  { integrations }: PreviewSteps,
): string[] {
  const steps = [...integrations.values()].filter(isUndeclared);
  const urns = steps.map(({ urn }) => urn).sort();
  const others = engineErrors.of(error, new Set(urns));
  if (urns.length === 0) return others;
  return [
    `The stack has ${counted(urns.length, "protected integration")} that the program does not declare: ${firstOf(urns.map(nameOf))}. ` +
      "`pulumi up` fails until the program declares them. After an import, add the line that `pulumi-pinterest import` printed to the program; " +
      "in a YAML project, copy the sections that it wrote into Pulumi.yaml.",
    ...others,
  ];
}

/** A refresh that runs the program also reads what the program declares, up to its failure. */
async function addUnread(
  stack: OpenStack,
  { integrations }: PreviewSteps,
  reads: ObservedReads,
  failed: boolean,
  { notify, signal }: CheckOptions,
): Promise<void> {
  if (signal?.aborted) return;
  const isUnread = ({ planned, refreshed }: Steps) => planned?.op === "delete" && refreshed === undefined;
  if (!failed && ![...integrations.values()].some(isUnread)) return;
  const read = [...integrations.values()].flatMap(({ refreshed }) => refreshed ?? []);
  // Also by integration ID, because state can have an integration under an old name that the program gives as an alias.
  const readIds = new Set(read.map(({ state }) => state.outputs.integrationId));
  const found = await readUnread(stack, {
    isRead: (urn, id) =>
      integrations.get(urn)?.refreshed !== undefined || (id !== undefined && readIds.has(id)),
    observe: (observation) => reads.add(observation),
    limits: readLimits,
    notify,
    signal,
  });
  for (const steps of found) integrations.set(steps.urn, { ...integrations.get(steps.urn), ...steps });
}

/** Adds the error of an action, unless the engine has already failed, usually for the same reason. */
async function collectingError(errors: string[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (errors.length === 0) errors.push(error instanceof ExplainedError ? error.message : summaryOf(error));
  }
}
