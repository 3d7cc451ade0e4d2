import { withRequestId } from "../../provider/base/message-text";
import { capital } from "../../provider/base/words";
import type { DriftReport, DriftStatus, MerchantReport, StackReport } from "../../stack/report";
import type { ColumnOf, Item, Label, Table } from "../tables/table";

interface SectionStyle {
  readonly terminal: "red" | "yellow" | "green" | "cyan";
  /** On the page, in the light and in the dark scheme. */
  readonly page: readonly [light: string, dark: string];
  /** Whether Markdown shows the title only, until its reader opens the section. */
  readonly isCollapsed?: true;
}

const red = { terminal: "red", page: ["#be123c", "#f78da0"] } as const;
const yellow = { terminal: "yellow", page: ["#b45309", "#f0a656"] } as const;
const green = { terminal: "green", page: ["#15803d", "#7cd098"] } as const;
const gray = ["#57606a", "#a7b0ba"] as const;

/** The kinds of sections, and how the renderers show them. */
export const sectionStyles = {
  drifted: yellow,
  missing: { terminal: "yellow", page: ["#7c3aed", "#b79cf7"] },
  accepted: { terminal: "cyan", page: gray, isCollapsed: true },
  outdated: yellow,
  resolved: { ...green, isCollapsed: true },
  revoked: red,
  unreachable: { terminal: "red", page: ["#a21caf", "#e89cf0"] },
  failed: red,
  waiting: { terminal: "yellow", page: gray },
  refused: red,
  overwritten: yellow,
  "not-checked": red,
  pending: { terminal: "cyan", page: ["#1d4ed8", "#8fb4ff"], isCollapsed: true },
  unmanaged: { terminal: "cyan", page: gray, isCollapsed: true },
  unlisted: red,
  "in-sync": green,
} satisfies Readonly<Record<DriftStatus, SectionStyle>> & Readonly<Record<string, SectionStyle>>;

export type SectionKind = keyof typeof sectionStyles;

/** How the renderers show a kind of sections. */
export function styleOf(kind: SectionKind): SectionStyle {
  return sectionStyles[kind];
}

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
