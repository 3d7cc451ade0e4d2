import { fieldNames } from "../provider/api";
import { defined } from "../provider/base/bag";
import { counted } from "../provider/base/words";
import { summaryOf } from "../provider/lifecycle/messages";
import { sameInput } from "../provider/lifecycle/values";
import { openAccess } from "./access";
import { CommandError, ExplainedError } from "./command-error";
import { type Forecast, forecastCreates } from "./forecasts";
import { merchantOf } from "./merchant";
import { previewOf } from "./preview";
import { ObservedReads, type OtherReads, type ReadOptions, readLimits, readUnread } from "./reads";
import { renamesIn } from "./renames";
import type { StackReport } from "./report";
import type { OpenStack } from "./stack";
import { isSecret } from "./state";
import type { IntegrationSteps, Properties } from "./steps";
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
    // The JSON document has the properties in this order, which is that of its schema.
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
  const access = unmanaged
    ? await resultOrErrors(openAccess(stack, notify, { defaults: readLimits }))
    : { errors: [] };
  const preview = await previewForCheck(stack, options);
  const failed = preview.errors.length > 0;
  const { observations } = preview;
  for (const each of observations)
    if (each.kind === "command failure") options.onCommandFailure?.(each.message);
  const inventories = observations.filter((each) => each.kind === "inventory");
  const reads = observations.filter((each) => each.kind === "read");

  const { integrations: refreshed } = preview.steps;
  const others = await resultOrErrors(readOthers(stack, refreshed, failed, options));
  const observed = new ObservedReads([...reads, ...(others.result?.reads ?? [])]);
  const steps = withReads(refreshed, others.result?.steps ?? []);
  const remaining = access.result === undefined ? [] : await listRemaining(access.result, inventories);
  const inventory = [...inventories, ...remaining];
  const integrations = withRenames(steps, observed);
  const forecasts = forecastCreates(steps, observations, stack.runtime).creates;
  const report = reportOf(stack, integrations, observed, forecasts);
  const errors = [
    ...access.errors,
    ...preview.errors,
    ...others.errors,
    ...inventoryErrors(inventory, report.merchants),
  ];
  return {
    report: { ...report, errors: [...new Set(errors)] },
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
  const isOmitted = (urn: string) => only?.has(urn) === false;
  const { result, errors } = await resultOrErrors(readUnread(stack, isOmitted, options));
  const { steps, reads } = result ?? nothingRead;
  return { ...reportOf(stack, steps, new ObservedReads(reads)), errors };
}

function reportOf(
  { project, name, directory, runtime }: OpenStack,
  steps: readonly IntegrationSteps[],
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
function withRenames(steps: readonly IntegrationSteps[], reads: ObservedReads): IntegrationSteps[] {
  const renames = renamesIn(steps);
  const deleted = new Set([...renames.values()].map(({ urn }) => urn));
  return steps.flatMap((created): IntegrationSteps[] => {
    const deletion = renames.get(created.urn);
    if (deletion === undefined) return deleted.has(created.urn) ? [] : [created];
    const { urn: renamedFrom, refreshed, old: inState } = deletion;
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

const nothingRead: OtherReads = { steps: [], reads: [] };

/** Reads the integrations in state that the engine did not refresh. */
async function readOthers(
  stack: OpenStack,
  integrations: ReadonlyMap<string, IntegrationSteps>,
  failed: boolean,
  options: CheckOptions,
): Promise<OtherReads> {
  // A stopped preview has failed, and reported it.
  if (failed && options.signal?.aborted) return nothingRead;
  const steps = [...integrations.values()];
  const isUnread = ({ planned, refreshed }: IntegrationSteps) =>
    planned?.op === "delete" && refreshed === undefined;
  if (!failed && !steps.some(isUnread)) return nothingRead;
  // Also by integration ID, because state can have an integration under an old name that the program gives as an alias.
  const readIds = new Set(steps.map(({ refreshed }) => refreshed?.state.outputs.integrationId));
  const isRead = (urn: string, id: unknown) =>
    integrations.get(urn)?.refreshed !== undefined || (id !== undefined && readIds.has(id));
  try {
    return await readUnread(stack, isRead, options);
  } catch (error) {
    // If the engine cannot read the stack, the error of its preview has the reason, such as a wrong passphrase.
    if (failed && error instanceof CommandError) return nothingRead;
    throw error;
  }
}

/** The engine's steps, with the reads of the integrations that it did not refresh. */
function withReads(
  integrations: ReadonlyMap<string, IntegrationSteps>,
  read: readonly IntegrationSteps[],
): IntegrationSteps[] {
  const all = new Map(integrations);
  for (const steps of read) all.set(steps.urn, { ...all.get(steps.urn), ...steps });
  return [...all.values()];
}

/** The result of an action, or its error as the report prints it. */
async function resultOrErrors<T>(action: Promise<T>): Promise<{ result?: T; errors: string[] }> {
  try {
    return { result: await action, errors: [] };
  } catch (error) {
    return { errors: [error instanceof ExplainedError ? error.message : summaryOf(error)] };
  }
}
