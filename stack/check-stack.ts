import { fieldNames } from "../provider/api";
import { defined } from "../provider/base/bag";
import { counted } from "../provider/base/words";
import { summaryOf } from "../provider/lifecycle/messages";
import { sameInput } from "../provider/lifecycle/values";
import type { InventoryObservation, Observation } from "../provider/run/observations";
import { openAccess } from "./access";
import { ExplainedError } from "./command-error";
import { type Forecast, forecast } from "./forecasts";
import { merchantOf } from "./merchant";
import { previewOf } from "./preview";
import { ObservedReads, type ReadOptions, readLimits, readUnread } from "./reads";
import { renamesIn } from "./renames";
import type { StackReport } from "./report";
import type { OpenStack } from "./stack";
import { isSecret } from "./state";
import type { Properties, Steps } from "./steps";
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

/** Without a signal of the caller, Ctrl-C or SIGTERM stops the check and the process. */
export interface CheckOptions extends ReadOptions {
  readonly unmanaged?: boolean | undefined;
  readonly progress?: (text: string) => void;
}

/** The reports of stacks, with their unmanaged integrations if requested. */
export function withUnmanaged(
  checks: readonly StackCheck[],
  { unmanaged }: Pick<CheckOptions, "unmanaged">,
): StackReport[] {
  if (!unmanaged) return checks.map(({ report }) => report);
  const found = unmanagedOf(checks);
  return checks.map(({ report: { uncompared, errors, ...report }, inventory }, index) => {
    const unlisted = unlistedOf(inventory);
    return {
      ...report,
      unmanaged: found[index] ?? [],
      ...(unlisted.length > 0 && { unlisted }),
      ...defined({ uncompared }),
      errors,
    };
  });
}

/**
 * Compares Pinterest with the state and program of a stack, and writes nothing. Failures are part of the report. The result also contains
 * what `--fix` and other stacks need.
 *
 * 1. A preview shows the planned changes, and Pinterest's values of the integrations that the engine refreshes.
 * 2. The other integrations in state are read here: those that left the program, or that a failed program did not declare.
 * 3. With `unmanaged`, the accounts are listed as far as provider processes have not done so.
 */
export async function checkStack(stack: OpenStack, options: CheckOptions): Promise<StackCheck> {
  const { unmanaged = false, notify } = options;
  const errors: string[] = [];
  const access = unmanaged
    ? await collectingError(errors, () => openAccess(stack, notify, { defaults: readLimits }))
    : undefined;
  const preview = await previewForCheck(stack, options);
  errors.push(...preview.errors);
  const failed = preview.errors.length > 0;
  const { reads: observedReads, inventories, commandFailures } = byKind(preview.observations);
  for (const message of commandFailures) options.onCommandFailure?.(message);

  const steps = preview.steps.integrations;
  const otherReads = await collectingError(errors, () =>
    readOthers(stack, steps, observedReads, failed, options),
  );
  const planned = [...withReads(steps, otherReads ?? []).values()];
  const inventory =
    access === undefined ? inventories : [...inventories, ...(await listRemaining(access, inventories))];
  const integrations = withRenames(planned, observedReads);
  const forecasts = forecast(planned, preview.observations, stack.runtime).creates;
  const report = reportOf(stack, integrations, observedReads, forecasts);
  return {
    report: {
      ...report,
      errors: [...new Set([...errors, ...inventoryErrors(inventory, report.merchants)])],
    },
    integrations,
    inventory,
    failed,
    othersChanged: [...preview.steps.othersChanged],
  };
}

function previewForCheck(stack: OpenStack, { unmanaged = false, progress, signal }: CheckOptions) {
  const unset = Object.entries(readLimits).filter(([name]) => !stack.environment[name]);
  return previewOf(stack, {
    refresh: true,
    observe: { reads: true, creates: true, inventory: unmanaged },
    // The variable also informs provider processes that cannot read the engine's command line.
    environment: { ...Object.fromEntries(unset), PULUMI_OPTION_RUN_PROGRAM: "true" },
    signal,
    onEvent: (_, integrations) => progress?.(`${stack.name}: ${counted(integrations, "integration")}`),
  });
}

/** What provider processes have reported. */
function byKind(observations: readonly Observation[]) {
  const reads = new ObservedReads();
  const inventories: InventoryObservation[] = [];
  const commandFailures: string[] = [];
  for (const observation of observations) {
    if (observation.kind === "read") reads.add(observation);
    if (observation.kind === "inventory") inventories.push(observation);
    if (observation.kind === "command failure") commandFailures.push(observation.message);
  }
  return { reads, inventories, commandFailures };
}

/**
 * Compares Pinterest with the last update, without running the program. The engine only reads the state. For frequent checks of many
 * stacks; changes of the program are not reported. Writes nothing.
 *
 * @param options.only URNs of the resources to check. Default: all.
 */
export async function checkState(
  stack: OpenStack,
  { only, ...options }: ReadOptions & { readonly only?: ReadonlySet<string> },
): Promise<StackReport> {
  const reads = new ObservedReads();
  const errors: string[] = [];
  const isOmitted = (urn: string) => only?.has(urn) === false;
  const found = await collectingError(errors, () => readUnread(stack, isOmitted, reads, options));
  return { ...reportOf(stack, found ?? [], reads), errors };
}

function reportOf(
  { project, name, directory, runtime }: OpenStack,
  steps: readonly Steps[],
  reads: ObservedReads,
  forecasts: readonly Forecast[] = [],
): Omit<StackReport, "errors"> {
  const forecastOf = new Map(forecasts.map((each) => [each.urn, each]));
  return {
    project,
    stack: name,
    directory,
    merchants: steps
      .map((found) => merchantOf(found, reads.of(found), { forecast: forecastOf.get(found.urn), runtime }))
      .sort((left, right) => (left.urn < right.urn ? -1 : 1)),
    ...(reads.uncompared.size > 0 ? { uncompared: [...reads.uncompared].sort() } : {}),
  };
}

/**
 * Replaces the create and the delete of a renamed resource by one update of its integration. For `a` renamed to `b`:
 *
 *     create b, delete a   becomes   update b, with renamedFrom: a
 */
function withRenames(steps: readonly Steps[], reads: ObservedReads): Steps[] {
  const renames = renamesIn(steps);
  const deleted = new Set([...renames.values()].map(({ urn }) => urn));
  return steps.flatMap((created): Steps[] => {
    const deletion = renames.get(created.urn);
    if (deletion === undefined) return deleted.has(created.urn) ? [] : [created];
    const { urn: renamedFrom, refreshed, planned } = deletion;
    const inState = planned.wanted;
    const inProgram = created.planned?.wanted ?? inState;
    // If the integration was not read, its last known values are those in state.
    const atPinterest = refreshed?.live ?? inState;
    const diff = differingInputs(inProgram, atPinterest, reads.of(deletion)?.changed ?? []);
    return [
      {
        urn: created.urn,
        renamedFrom,
        refreshed,
        planned: { op: "update", wanted: inProgram, diff, old: inState },
      },
    ];
  });
}

/** The fields whose values differ. Secrets cannot be compared, and differ if a read has found that. */
function differingInputs(wanted: Properties, current: Properties, changed: readonly string[]): string[] {
  return fieldNames.filter((name) => {
    const [one, other] = [wanted.inputs[name], current.inputs[name]];
    return isSecret(one) || isSecret(other) ? changed.includes(name) : !sameInput(name, one, other);
  });
}

/** Reads the integrations in state that the engine did not refresh. Adds what the reads show to `reads`. */
async function readOthers(
  stack: OpenStack,
  integrations: ReadonlyMap<string, Steps>,
  reads: ObservedReads,
  failed: boolean,
  options: CheckOptions,
): Promise<Steps[]> {
  if (options.signal?.aborted) return [];
  const steps = [...integrations.values()];
  const isUnread = ({ planned, refreshed }: Steps) => planned?.op === "delete" && refreshed === undefined;
  if (!failed && !steps.some(isUnread)) return [];
  // Also by integration ID, because state can have an integration under an old name that the program gives as an alias.
  const readIds = new Set(steps.map(({ refreshed }) => refreshed?.state.outputs.integrationId));
  const isRead = (urn: string, id: unknown) =>
    integrations.get(urn)?.refreshed !== undefined || (id !== undefined && readIds.has(id));
  return readUnread(stack, isRead, reads, options);
}

/** The engine's steps, with the reads of the integrations that it did not refresh. */
function withReads(integrations: ReadonlyMap<string, Steps>, read: readonly Steps[]): Map<string, Steps> {
  const all = new Map(integrations);
  for (const steps of read) all.set(steps.urn, { ...all.get(steps.urn), ...steps });
  return all;
}

/** Returns the result of an action, or adds its error, unless the engine has already failed, usually for the same reason. */
async function collectingError<T>(errors: string[], action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (errors.length === 0) errors.push(error instanceof ExplainedError ? error.message : summaryOf(error));
    return undefined;
  }
}
