import { randomUUID } from "node:crypto";
import { fingerprintOf } from "../../provider/config/account-source";
import type { InventoryObservation } from "../../provider/runtime/observations";
import { type Access, openAccess } from "../stacks/access";
import { EngineErrors } from "../stacks/engine-errors";
import { whileObserving } from "../stacks/observing";
import type { OpenStack } from "../stacks/stack";
import { PreviewSteps, type Steps } from "./engine-steps";
import { explain, listRemaining } from "./inventory";
import { merchantOf } from "./merchant";
import { ObservedReads } from "./observed-reads";
import type { StackReport } from "./report";
import { inventoryErrors, type StackHoldings, unlistedOf, unmanagedOf } from "./unmanaged";
import { type ReadHere, readUnread } from "./unread";

/** The result of a stack's drift check, including what the report omits. */
export interface StackLook extends StackHoldings {
  /** Without unmanaged integrations, which depend on the other stacks. */
  readonly report: StackReport;
  /** Whether the preview failed, so that the program is not completely known, and an update would fail too. */
  readonly failed: boolean;
  /** URNs of other resources that an update would change. */
  readonly othersChanged: readonly string[];
}

export interface CollectOptions {
  /** Whether to list unmanaged integrations of the accounts. */
  readonly unmanaged?: boolean | undefined;
  /** Receives messages that are not errors. */
  readonly notify: (message: string) => void;
  /** Receives the progress of the check. */
  readonly progress?: (text: string) => void;
  /** Stops the check. Default: a signal stops the check and the process. */
  readonly signal?: AbortSignal | undefined;
}

/** The reports of stacks, with their unmanaged integrations if requested. */
export function withUnmanaged(
  looks: readonly StackLook[],
  { unmanaged }: Pick<CollectOptions, "unmanaged">,
): StackReport[] {
  if (!unmanaged) return looks.map(({ report }) => report);
  const found = unmanagedOf(looks);
  return looks.map(({ report, inventory }, index) => {
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
export async function lookAt(stack: OpenStack, options: CollectOptions): Promise<StackLook> {
  const { unmanaged = false, notify } = options;
  let access: Access | undefined;
  const errors: string[] = [];
  if (unmanaged) {
    await orTell(errors, async () => {
      access = await openAccess(stack, notify);
    });
  }
  const steps = new PreviewSteps();
  const reads = new ObservedReads();
  const inventory: InventoryObservation[] = [];
  const engineErrors = await preview(stack, access, { steps, reads, inventory }, options);
  errors.push(...engineErrors);
  const failed = engineErrors.length > 0;
  await orTell(errors, () => addUnread(stack, steps, reads, failed, options));
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
export async function lookAtState(
  stack: OpenStack,
  {
    notify,
    signal,
    only,
  }: Pick<CollectOptions, "notify" | "signal"> & {
    /** URNs of the resources to check. @default all */
    readonly only?: ReadonlySet<string>;
  },
): Promise<StackReport> {
  const reads = new ObservedReads();
  const errors: string[] = [];
  let found: ReadHere[] = [];
  await orTell(errors, async () => {
    found = await readUnread(
      stack,
      (urn) => only?.has(urn) === false,
      (read) => reads.add(read),
      notify,
      signal,
    );
  });
  const steps = found.map(({ urn, ...refreshed }) => ({ urn, refreshed }));
  return { ...reportOf(stack, steps, reads), errors };
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
  { unmanaged = false, progress = () => {}, signal }: CollectOptions,
): Promise<string[]> {
  const credentials = access && fingerprintOf(access.configuration, randomUUID());
  const asked = { reads: true, inventory: unmanaged, stack: credentials };
  const engineErrors = new EngineErrors();
  return whileObserving(asked, async ({ environment, observations }) => {
    const errors: string[] = [];
    try {
      await stack.preview({
        refresh: true,
        // Also shows provider processes that cannot read the engine's command line that the program runs.
        environment: { ...environment, PULUMI_OPTION_RUN_PROGRAM: "true" },
        signal,
        onEvent: (event) => {
          engineErrors.take(event);
          steps.take(event);
          progress(`${stack.name}: ${steps.integrations.size} integrations`);
        },
      });
    } catch (error) {
      errors.push(...engineErrors.of(error));
    }
    for (const observation of observations()) {
      if (observation.kind === "read") reads.add(observation);
      if (observation.kind === "inventory") inventory.push(observation);
    }
    return errors;
  });
}

/** A refresh that runs the program also reads what the program declares, up to its failure. */
async function addUnread(
  stack: OpenStack,
  { integrations }: PreviewSteps,
  reads: ObservedReads,
  failed: boolean,
  { notify, signal }: CollectOptions,
): Promise<void> {
  if (signal?.aborted) return;
  const leaves = ({ planned, refreshed }: Steps) => planned?.op === "delete" && refreshed === undefined;
  if (!failed && ![...integrations.values()].some(leaves)) return;
  const read = [...integrations.values()].flatMap(({ refreshed }) => refreshed ?? []);
  // Also by integration ID, because state can have an integration under an old name that the program gives as an alias.
  const numbers = new Set(read.map(({ state }) => state.outputs.integrationId));
  const isRead = (urn: string, number: unknown) =>
    integrations.get(urn)?.refreshed !== undefined || (number !== undefined && numbers.has(number));
  const found = await readUnread(stack, isRead, (observation) => reads.add(observation), notify, signal);
  for (const { urn, ...refreshed } of found) {
    integrations.set(urn, { ...integrations.get(urn), urn, refreshed });
  }
}

/** Reports failures of this step, unless the engine has already failed, usually for the same reason. */
async function orTell(errors: string[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (errors.length === 0) errors.push(explain(error));
  }
}
