import { html } from "hono/html";
import type { DriftReport } from "../../check/report";
import { isInSync } from "../../check/report";
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
  /** Its title on the tile that filters the page. */
  readonly tile: string;
  readonly title: string;
  readonly count: number;
  /** What it means, for somebody who does not know Pulumi. */
  readonly meaning: unknown;
  readonly todo?: unknown;
  /** HTML. */
  readonly content: unknown;
}

/** The commands that fix drift, in sentences. */
function waysInWords(entries: readonly Entry[], fix: Source["fix"], effect: string) {
  const ways = waysOut(entries, (stack) => `\`${fix(stack)}\` ${effect}.`);
  return ways.map((way) => html` ${withCode(way)}`);
}

/** The parts with findings, the most urgent first. */
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
        `Somebody changed these connections at Pinterest, not in the ${noun}. A shop can now use another tag, another ad account or another ` +
        "catalog than was agreed.",
      todo: html`If a change is right, copy the value into the ${noun}. If it is not, the operator of this check can fix it:${waysInWords(drifted, fix, "writes the agreed values back")}`,
      content: driftedTable(drifted, several),
    },
    {
      kind: "missing",
      tile: "Missing",
      title: "No longer at Pinterest",
      count: missing.length,
      meaning:
        "Somebody deleted these connections at Pinterest. Until they are recreated, these shops are not connected.",
      todo: html`To keep a shop connected, the operator of this check can recreate the connection:${waysInWords(missing, fix, "recreates it")} If the shop has left, remove it from the ${noun}.`,
      content: nameList(missing, several),
    },
    {
      kind: "revoked",
      tile: "Access refused",
      title: "Access refused",
      count: revoked.length,
      meaning:
        "Pinterest rejects the tokens of these accounts, so the check could not read their connections. The connections themselves can be unchanged.",
      todo: html`If the token has expired, the operator of this check renews it. If the owner of the account revoked the access, the owner must connect to the app again.${afterRevocation === undefined ? "" : html` ${withCode(afterRevocation)}`}`,
      content: failureList(revoked, several),
    },
    {
      kind: "unreachable",
      tile: "Not reached",
      title: "Could not be reached",
      count: unreachable.length,
      meaning:
        "Pinterest did not answer, or no token is configured for the account, so the check could not read these connections.",
      todo: "The operator of this check fixes the causes, and runs the check again.",
      content: failureList(unreachable, several),
    },
    {
      kind: "failed",
      tile: "Problems",
      title: "Problems with the check itself",
      count: errors.length,
      meaning: "A part of the check failed. This page shows the results of the other parts.",
      content: errorList(errors, several),
    },
    {
      kind: "pending",
      tile: "Pending",
      title: "Pending changes",
      count: pending.length,
      meaning: `The ${noun} was changed, and the changes are not deployed to Pinterest yet. Nothing is wrong at Pinterest.`,
      todo: withCode(
        `The operator of this check deploys them with ${commandsFor(
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
        "The accounts also contain these connections, and no program of this report manages them. Somebody may have created them by hand.",
      todo: "Decide for each whether the program should manage it, or whether it can be deleted.",
      content: unmanagedTables(stacks, several),
    },
    {
      kind: "unlisted",
      tile: "Not listed",
      title: "Accounts that could not be listed",
      count: unlisted,
      meaning:
        "The connections of these accounts could not be listed, so there can be more connections that no program manages.",
      todo: "The operator of this check fixes the access to the account, and runs the check again.",
      content: unlistedList(stacks, several),
    },
    {
      kind: "in-sync",
      tile: "In sync",
      title: "In sync",
      count: inSync.length,
      meaning: `Pinterest has the values of the ${noun}. There is nothing to do.`,
      content: html`<details id="in-sync-list"><summary>Show all</summary>${nameList(inSync, several)}</details>`,
    },
  ];
  return parts.filter(({ count }) => count > 0);
}
