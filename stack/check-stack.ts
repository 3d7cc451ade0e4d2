import { fieldNames } from "../provider/api";
import { counted } from "../provider/base/words";
import { summaryOf } from "../provider/lifecycle/messages";
import { sameInput } from "../provider/lifecycle/values";
import type { InventoryObservation } from "../provider/run/observations";
import { type Access, openAccess } from "./access";
import { ExplainedError } from "./command-error";
import { type Forecast, forecast } from "./forecasts";
import { merchantOf } from "./merchant";
import { previewOf } from "./preview";
import { ObservedReads, type ReadOptions, readLimits, readUnread } from "./reads";
import { renamesIn } from "./renames";
import type { StackReport } from "./report";
import type { OpenStack } from "./stack";
import { isSecret } from "./state";
import type { PreviewSteps, Properties, Steps } from "./steps";
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
  return checks.map(({ report, inventory }, index) => {
    const unlisted = unlistedOf(inventory);
    return { ...report, unmanaged: found[index] ?? [], ...(unlisted.length > 0 && { unlisted }) };
  });
}

/**
 * Compares Pinterest with the state and program of a stack, and writes nothing. Failures are part of the report. The result also contains
 * what `--fix` and other stacks need.
 */
export async function checkStack(stack: OpenStack, options: CheckOptions): Promise<StackCheck> {
  const { unmanaged = false, notify, progress, signal } = options;
  let access: Access | undefined;
  const errors: string[] = [];
  if (unmanaged) {
    await collectingError(errors, async () => {
      access = await openAccess(stack, notify, { defaults: readLimits });
    });
  }
  const unset = Object.entries(readLimits).filter(([name]) => !stack.environment[name]);
  const { steps, observations, ...preview } = await previewOf(stack, {
    refresh: true,
    observe: { reads: true, creates: true, inventory: unmanaged },
    // The variable also informs provider processes that cannot read the engine's command line.
    environment: { ...Object.fromEntries(unset), PULUMI_OPTION_RUN_PROGRAM: "true" },
    signal,
    onEvent: (_, integrations) => progress?.(`${stack.name}: ${counted(integrations, "integration")}`),
  });
  const reads = new ObservedReads();
  const inventory: InventoryObservation[] = [];
  for (const observation of observations) {
    if (observation.kind === "read") reads.add(observation);
    if (observation.kind === "inventory") inventory.push(observation);
    if (observation.kind === "command failure") options.onCommandFailure?.(observation.message);
  }
  errors.push(...preview.errors);
  const failed = preview.errors.length > 0;
  await collectingError(errors, () => addUnread(stack, steps, reads, failed, options));
  if (access !== undefined) inventory.push(...(await listRemaining(access, inventory)));
  const planned = [...steps.integrations.values()];
  const integrations = withRenames(planned, reads);
  const report = reportOf(stack, integrations, reads, forecast(planned, observations).creates);
  return {
    report: {
      ...report,
      errors: [...new Set([...errors, ...inventoryErrors(inventory, report.merchants)])],
    },
    integrations,
    inventory,
    failed,
    othersChanged: [...steps.othersChanged],
  };
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
  let found: Steps[] = [];
  await collectingError(errors, async () => {
    found = await readUnread(stack, (urn) => only?.has(urn) === false, reads, options);
  });
  return { ...reportOf(stack, found, reads), errors };
}

function reportOf(
  { project, name, directory }: OpenStack,
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
      .map((found) => merchantOf(found, reads.of(found), forecastOf.get(found.urn)))
      .sort((left, right) => (left.urn < right.urn ? -1 : 1)),
    ...(reads.uncompared.size > 0 ? { uncompared: [...reads.uncompared].sort() } : {}),
  };
}

/** Replaces the create and the delete of a renamed resource by one update of its integration. */
function withRenames(steps: readonly Steps[], reads: ObservedReads): Steps[] {
  const renames = renamesIn(steps);
  const deleted = new Set([...renames.values()].map(({ urn }) => urn));
  return steps.flatMap((created): Steps[] => {
    const deletion = renames.get(created.urn);
    if (deletion === undefined) return deleted.has(created.urn) ? [] : [created];
    const { urn: renamedFrom, refreshed, planned } = deletion;
    const wanted = created.planned?.wanted ?? planned.wanted;
    const current = refreshed?.live ?? planned.wanted;
    const diff = differingInputs(wanted, current, reads.of(deletion)?.changed ?? []);
    return [
      {
        urn: created.urn,
        renamedFrom,
        refreshed,
        planned: { op: "update", wanted, diff, old: planned.wanted },
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

/** Reads integrations that the engine did not refresh, because they left the program or the program failed before it declared them. */
async function addUnread(
  stack: OpenStack,
  { integrations }: PreviewSteps,
  reads: ObservedReads,
  failed: boolean,
  options: CheckOptions,
): Promise<void> {
  if (options.signal?.aborted) return;
  const isUnread = ({ planned, refreshed }: Steps) => planned?.op === "delete" && refreshed === undefined;
  if (!failed && ![...integrations.values()].some(isUnread)) return;
  const read = [...integrations.values()].flatMap(({ refreshed }) => refreshed ?? []);
  // Also by integration ID, because state can have an integration under an old name that the program gives as an alias.
  const readIds = new Set(read.map(({ state }) => state.outputs.integrationId));
  const isRead = (urn: string, id: unknown) =>
    integrations.get(urn)?.refreshed !== undefined || (id !== undefined && readIds.has(id));
  for (const steps of await readUnread(stack, isRead, reads, options)) {
    integrations.set(steps.urn, { ...integrations.get(steps.urn), ...steps });
  }
}

/** Adds the error of an action, unless the engine has already failed, usually for the same reason. */
async function collectingError(errors: string[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (errors.length === 0) errors.push(error instanceof ExplainedError ? error.message : summaryOf(error));
  }
}
