import type { OpenStack } from "../stack/stack";
import { PreviewSteps, type Steps } from "./engine-steps";
import { EngineErrors } from "./errors";
import { merchantOf } from "./merchant";
import { whileObserving } from "./observation-file";
import { ObservedReads } from "./observed-reads";
import type { StackReport } from "./report";
import { readUnread } from "./unread";

/** What a look at a stack has found, with what the report does not tell. */
export interface StackLook {
  readonly report: StackReport;
  /** The URNs of resources that are no integrations, and that an update would change. */
  readonly othersChanged: readonly string[];
}

export interface CollectOptions {
  /** Tells the person at the terminal something that is no error. */
  readonly notify: (message: string) => void;
  /** Says how far the look is. */
  readonly progress?: (text: string) => void;
}

/** Compares what Pinterest holds with state and program of a stack. Writes nothing; whatever fails is told of in the report. */
export async function collectDrift(stack: OpenStack, options: CollectOptions): Promise<StackReport> {
  return (await lookAt(stack, options)).report;
}

/** The same, with what healing has to know. */
export async function lookAt(
  stack: OpenStack,
  { notify, progress = () => {} }: CollectOptions,
): Promise<StackLook> {
  const steps = new PreviewSteps();
  const reads = new ObservedReads();
  const engineErrors = new EngineErrors();
  const errors: string[] = [];
  await whileObserving({ reads: true }, async ({ environment, observations }) => {
    try {
      await stack.preview({
        refresh: true,
        environment,
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
    }
  });
  try {
    await addUnread(stack, steps, reads, errors.length > 0, notify);
  } catch (error) {
    // Where the engine has failed already, as a rule for the same reason.
    if (errors.length === 0) errors.push((error as Error).message);
  }
  return {
    report: {
      project: stack.project,
      stack: stack.name,
      directory: stack.directory,
      merchants: [...steps.integrations.values()]
        .map((found) => merchantOf(found, reads.of(found)))
        .sort((a, b) => (a.urn < b.urn ? -1 : 1)),
      errors,
    },
    othersChanged: [...steps.othersChanged],
  };
}

/** A refresh that runs the program reads what the program declares, as far as it gets. */
async function addUnread(
  stack: OpenStack,
  { integrations }: PreviewSteps,
  reads: ObservedReads,
  failed: boolean,
  notify: (message: string) => void,
): Promise<void> {
  const leaves = ({ planned, refreshed }: Steps) => planned?.op === "delete" && refreshed === undefined;
  if (!failed && ![...integrations.values()].some(leaves)) return;
  const read = [...integrations.values()].flatMap(({ refreshed }) => refreshed ?? []);
  // By number too: state has an integration under its old name that the program knows by an alias.
  const numbers = new Set(read.map(({ state }) => state.outputs.integrationId));
  const isRead = (urn: string, number: unknown) =>
    integrations.get(urn)?.refreshed !== undefined || (number !== undefined && numbers.has(number));
  const found = await readUnread(stack, isRead, (observation) => reads.add(observation), notify);
  for (const { urn, ...refreshed } of found) {
    integrations.set(urn, { ...integrations.get(urn), urn, refreshed });
  }
}
