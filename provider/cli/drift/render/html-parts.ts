import { html } from "hono/html";
import type { DriftReport } from "../../../look/report";
import { isInSync } from "../summary";
import { type Entry, entriesOf, errorsOf, isOfSeveral, withStatus } from "./grouped";
import {
  driftedTable,
  errorList,
  failureList,
  nameList,
  pendingTable,
  unlistedList,
  unmanagedTables,
} from "./html-lists";
import { withCode } from "./html-prose";
import type { Kind } from "./html-style";
import type { Source } from "./source";
import { commandsFor, waysOut } from "./words";

/** A part of the page: one kind of finding. */
export interface Part {
  readonly kind: Kind;
  /** Its name on the tile that shows it alone. */
  readonly tile: string;
  readonly title: string;
  readonly count: number;
  /** What it means, for somebody who does not know Pulumi. */
  readonly meaning: unknown;
  readonly todo?: unknown;
  /** Markup. */
  readonly content: unknown;
}

/** How drift is put right, in sentences. */
function waysInWords(entries: readonly Entry[], fix: Source["fix"], effect: string) {
  const ways = waysOut(entries, (stack) => `\`${fix(stack)}\` ${effect}.`);
  return ways.map((way) => html` ${withCode(way)}`);
}

/** The parts that have something to tell, the most urgent first. */
export function partsOf(
  { stacks, ...report }: DriftReport,
  { noun, fix, bringUp, afterRevocation }: Source,
): Part[] {
  const several = isOfSeveral({ stacks, ...report });
  const drifted = withStatus(stacks, "drifted");
  const missing = withStatus(stacks, "missing");
  const revoked = withStatus(stacks, "revoked");
  const unreachable = withStatus(stacks, "unreachable");
  const errors = errorsOf(stacks);
  const pending = entriesOf(stacks, (merchant) => merchant.pending.length > 0);
  const unmanaged = stacks.reduce((sum, stack) => sum + (stack.unmanaged?.length ?? 0), 0);
  const unlisted = stacks.reduce((sum, stack) => sum + (stack.unlisted?.length ?? 0), 0);
  const inSync = entriesOf(stacks, isInSync);
  const parts: Part[] = [
    {
      kind: "drifted",
      tile: "Changed",
      title: "Changed at Pinterest",
      count: drifted.length,
      meaning:
        `These connections were changed at Pinterest, not by the ${noun}. A shop may now report to another tag, ` +
        "run on another ad account, or show another catalogue than was agreed.",
      todo: html`If a change is right, copy the value into the ${noun}. If it is not, the operator of this check can fix it:${waysInWords(drifted, fix, "writes the agreed values back")}`,
      content: driftedTable(drifted, several),
    },
    {
      kind: "missing",
      tile: "Missing",
      title: "No longer at Pinterest",
      count: missing.length,
      meaning:
        "Pinterest no longer knows these connections: somebody ended them there. Until they are made anew, these shops are not connected.",
      todo: html`To keep a shop connected, the operator of this check can recreate the connection:${waysInWords(missing, fix, "recreates it")} If the shop has left, remove it from the ${noun}.`,
      content: nameList(missing, several),
    },
    {
      kind: "revoked",
      tile: "Access refused",
      title: "Access refused",
      count: revoked.length,
      meaning:
        "Pinterest does not accept the access that is on record for these accounts, so nobody knows whether anything differs. The connections themselves may be in order.",
      todo: html`The owner of the account has to allow access again; then the check can be repeated.${afterRevocation === undefined ? "" : html` ${withCode(afterRevocation)}`}`,
      content: failureList(revoked, several),
    },
    {
      kind: "unreachable",
      tile: "Not reached",
      title: "Could not be reached",
      count: unreachable.length,
      meaning:
        "Pinterest gave no usable answer about these connections, or there is no access to their accounts on record. That says nothing about them.",
      todo: "Whoever runs the check looks at the reasons, and repeats it.",
      content: failureList(unreachable, several),
    },
    {
      kind: "failed",
      tile: "Problems",
      title: "Problems with the check itself",
      count: errors.length,
      meaning:
        "A part of the check failed as a whole. What the page shows is what could be found out in spite of it.",
      content: errorList(errors, several),
    },
    {
      kind: "pending",
      tile: "Pending",
      title: "Pending changes",
      count: pending.length,
      meaning: `The ${noun} was changed, and the changes are not deployed to Pinterest yet. Nothing is wrong at Pinterest.`,
      todo: withCode(
        `Whoever runs the check deploys them with ${commandsFor(
          pending.map(({ stack }) => stack),
          bringUp,
        )}.`,
      ),
      content: pendingTable(pending, several),
    },
    {
      kind: "unmanaged",
      tile: `Not in the ${noun}`,
      title: `At Pinterest, but in no ${noun}`,
      count: unmanaged,
      meaning:
        "The accounts that were checked hold these connections as well, and no program of this report looks after them. " +
        "They may have been made by hand, or be left over.",
      todo: "Decide for each whether the program is to look after it, or whether it can go.",
      content: unmanagedTables(stacks, several),
    },
    {
      kind: "unlisted",
      tile: "Not listed",
      title: "Accounts that could not be listed",
      count: unlisted,
      meaning:
        "These accounts could not be asked for all that they hold, so there may be more connections that are in no program.",
      todo: "Once the account can be reached, repeat the check.",
      content: unlistedList(stacks, several),
    },
    {
      kind: "in-sync",
      tile: "In sync",
      title: "In sync",
      count: inSync.length,
      meaning: `Pinterest holds what the ${noun} says. There is nothing to do.`,
      content: html`<details id="in-sync-list"><summary>All of them</summary>${nameList(inSync, several)}</details>`,
    },
  ];
  return parts.filter(({ count }) => count > 0);
}
