import type { FaultMatch } from "../../../emulator";
import { creating, deleting, listing, reading, updating } from "../../expected/messages";
import type { FaultKind, FaultKinds } from "./fault-kinds";

/** The requests that can fail, by phase of an integration's life. */
const operations = {
  create: { operation: "create", doing: creating },
  // The check before a create.
  ask: { operation: "get", doing: reading },
  refresh: { operation: "get", doing: reading },
  update: { operation: "update", doing: updating },
  delete: { operation: "delete", doing: deleting },
} as const;

export type Phase = keyof typeof operations;

/** Whether a fault occurs once, or in every attempt. */
export type Times = "once" | "always";

/**
 * A kind of failure in one phase. Each case has its own integration, and its own account, because a rate limit affects the whole account.
 */
export interface FaultCase {
  /** The external business ID, or the account of a list. */
  readonly id: string;
  readonly account: string;
  readonly kind: FaultKind;
  readonly match: FaultMatch;
  /** The description of the failed operation in the message. */
  readonly operationText: string;
}

/** Phases without a body to truncate: a deletion's response is empty, and the provider does not accept a truncated 404 as Pinterest's. */
const cannotBeTruncated: readonly Phase[] = ["delete", "ask"];

/** The cases of some kinds of failures in some phases. */
export function casesOf(kinds: FaultKinds, times: Times, ...phases: Phase[]): FaultCase[] {
  return phases.flatMap((phase) =>
    kindsFor(kinds, times)
      .filter(([name]) => !(cannotBeTruncated.includes(phase) && name === "truncated"))
      .map(([name, kind]) => {
        const id = `${phase}-${name}-${times}`;
        const { operation, doing } = operations[phase];
        const account = accountOf(name, phase);
        const operationText = `${doing(id)} (account '${account}')`;
        return { id, account, kind, match: { operation, external_business_id: id }, operationText };
      }),
  );
}

/** The cases in which the list of an account's integrations fails. */
export function listCasesOf(kinds: FaultKinds, times: Times): FaultCase[] {
  return kindsFor(kinds, times).map(([name, kind]) => {
    const operationText = `${listing} (account '${name}')`;
    return { id: name, account: name, kind, match: { operation: "list", account: name }, operationText };
  });
}

/** All accounts of these cases. */
export function accountsOf(kinds: FaultKinds): string[] {
  const phases = Object.keys(operations) as Phase[];
  return Object.keys(kinds).flatMap((name) => [name, ...phases.map((phase) => accountOf(name, phase))]);
}

function accountOf(kind: string, phase: Phase): string {
  return `${kind}-${phase}`;
}

/** The kinds for cases of `times`. After a final failure, the operation is not retried, so these kinds have no case "once". */
function kindsFor(kinds: FaultKinds, times: Times): [string, FaultKind][] {
  return Object.entries(kinds).filter(([, { final }]) => times === "always" || final !== true);
}
