import { withRequestId } from "../../provider/base/message-text";
import { capital } from "../../provider/base/words";
import type { DriftReport, DriftStatus, MerchantReport, StackReport } from "../../stack/report";
import type { ColumnOf, Item, Label, Table } from "../tables/table";

export type SectionKind =
  | DriftStatus
  | "outdated"
  | "resolved"
  | "failed"
  | "waiting"
  | "unmanaged"
  | "unlisted"
  | "refused"
  | "overwritten"
  | "not-checked";

/** A part of a drift report. The terminal, Markdown and the page print the same sections. */
export interface Section extends Table {
  readonly kind: SectionKind;
  readonly title: string;
  readonly meaning: string;
  /** What to do, in sentences with commands in backticks. */
  readonly remedies?: readonly string[];
}

/** An integration, with the stack that has it. */
export interface Entry {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
  readonly label: Label;
}

/** The stacks of integrations, each once. */
export function stacksOf(entries: readonly Pick<Entry, "stack">[]): StackReport[] {
  return [...new Set(entries.map(({ stack }) => stack))];
}

/** Integrations with the same finding. */
export type Group = DriftReport["groups"][number] & { readonly findings: readonly Entry[] };

export function nameColumn(item: string): ColumnOf<Entry> {
  return {
    head: capital(item),
    cell: ({ label }) => ({ kind: "merchants", merchants: [label] }),
  };
}

/** Integrations that could not be read for the same reason, with the ID of one of the requests. */
export function failureItem(
  entries: readonly Pick<Entry, "label">[],
  requestIds: readonly (string | undefined)[],
  reason: string | undefined,
  advice: string | undefined,
): Item {
  const [requestId] = requestIds;
  const isOnly = new Set(requestIds).size === 1;
  const shownId = requestId === undefined || isOnly ? requestId : `${requestId}, for instance`;
  return {
    rows: [[{ kind: "merchants", merchants: entries.map(({ label }) => label) }]],
    reason: reason && withRequestId(reason, shownId),
    advice,
  };
}
