import { ownCommand } from "../../provider/api/own-package";
import { problemWithId } from "../../provider/lifecycle/check";
import {
  type DriftedProperty,
  isInSync,
  type MerchantReport,
  type MerchantStatus,
  type StackReport,
  type UnmanagedIntegration,
} from "../check/report";
import type { Cell, Column, Item, Table } from "../report/sections";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { shellOption, stackOptions, visibleShellWord } from "../text/shell";
import { visible } from "../text/visible";
import type { Source } from "./source";
import { capital } from "./summary";

/** The kinds of sections, in their order. */
export const sectionKinds = [
  "drifted",
  "missing",
  "revoked",
  "unreachable",
  "failed",
  "pending",
  "unmanaged",
  "unlisted",
  "in-sync",
] as const;

export type SectionKind = (typeof sectionKinds)[number];

/** A part of a drift report. The table, Markdown and the page print the same sections. */
export interface Section extends Table {
  readonly kind: SectionKind;
  readonly title: string;
  /** The account or explicit provider, and the stack if the report has several, that the section is about. */
  readonly scope?: {
    readonly stack?: StackReport | undefined;
    readonly account: string | undefined;
    readonly provider: string | undefined;
  };
  readonly meaning: string;
  /** Number of findings. */
  readonly count: number;
  /** What its rows are, in the plural. */
  readonly rowNoun: string;
  /** What to do, in sentences with commands in backticks. */
  readonly remedies: readonly string[];
  /** The commands of `remedies`. */
  readonly commands?: readonly string[];
  /** The advice of single integrations among `remedies`. */
  readonly advice?: readonly string[];
  readonly importing?: ImportAdvice;
}

/** How to import unmanaged integrations. */
export interface ImportAdvice {
  /** Omitted if no command can import them. */
  readonly command?: string;
  /** The command without the IDs, if the whole one is too long. */
  readonly start: string;
  /** The IDs that no program can declare, and why, as the end of a sentence that begins with the ID. */
  readonly invalidIds: readonly { readonly id: string; readonly problem: string }[];
}

interface Entry {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/**
 * The sections of a report that have findings.
 *
 * @param stacks the stacks of the report that the sections cover.
 * @param all the stacks of the report.
 */
export function sectionsOf(stacks: readonly StackReport[], source: Source, all = stacks): Section[] {
  const entries = stacks.flatMap((stack) => stack.merchants.map((merchant) => ({ stack, merchant })));
  const having = (status: MerchantStatus) => entries.filter(({ merchant }) => merchant.status === status);
  const sections: Section[] = [
    drifted(having("drifted"), source),
    missing(having("missing"), source),
    revoked(having("revoked"), source),
    unreachable(having("unreachable"), source),
    failed(stacks),
    pending(
      entries.filter(({ merchant }) => merchant.pending.length > 0),
      source,
    ),
    ...unmanaged(stacks, all.length === 1),
    unlisted(stacks),
    inSync(
      entries.filter(({ merchant }) => isInSync(merchant)),
      source,
    ),
  ];
  const found = sections.filter(({ count }) => count > 0);
  return stacks.length > 1 ? found : found.map(withoutStack);
}

function withoutStack(section: Section): Section {
  const { items, scope } = section;
  return {
    ...section,
    items: items.map(({ stack: _, ...item }) => item),
    ...(scope === undefined ? {} : { scope: { ...scope, stack: undefined } }),
  };
}

interface DriftedColumn extends Column {
  readonly cell: (merchant: MerchantReport, property: DriftedProperty | undefined) => Cell;
}

function driftedColumns({ item, noun }: Source): DriftedColumn[] {
  const value =
    (side: "program" | "pinterest"): DriftedColumn["cell"] =>
    (_, property) =>
      property === undefined ? { kind: "none", text: "" } : { kind: "value", property, side };
  return [
    { ...nameColumn(item), cell: (merchant) => ({ kind: "merchants", merchants: [merchant] }) },
    {
      head: "Property",
      pageHead: "What",
      cell: (_, property) =>
        property === undefined
          ? { kind: "none", text: "not reported" }
          : { kind: "property", name: property.name },
    },
    { head: capital(noun), pageHead: "Should be", cell: value("program") },
    { head: "Pinterest", pageHead: "Is at Pinterest", cell: value("pinterest") },
    { head: "Changed at (UTC)", caption: "changed", cell: ({ since }) => ({ kind: "time", time: since }) },
  ];
}

function nameColumn(item: string): Column {
  return { head: capital(item), pageHead: "Merchant" };
}

function drifted(entries: readonly Entry[], source: Source): Section {
  const { noun } = source;
  const columns = driftedColumns(source);
  return {
    kind: "drifted",
    title: "Drifted",
    meaning: "Pinterest differs from the last update.",
    count: entries.length,
    rowNoun: "differing properties",
    columns,
    items: entries.map(({ stack, merchant }) => {
      const properties = merchant.properties.length > 0 ? merchant.properties : [undefined];
      return {
        stack,
        rows: properties.map((property) => columns.map(({ cell }) => cell(merchant, property))),
      };
    }),
    ...fixing(
      entries,
      source,
      ["write", `the ${noun}'s values back`],
      `To keep Pinterest's values, copy them into the ${noun}.`,
    ),
  };
}

function missing(entries: readonly Entry[], source: Source): Section {
  return {
    kind: "missing",
    title: "Missing",
    meaning: "Pinterest has no such integration.",
    count: entries.length,
    rowNoun: `missing ${source.item}s`,
    columns: [nameColumn(source.item)],
    items: entries.map(itemOf),
    ...fixing(entries, source, ["recreate", "them"], `Otherwise, remove them from the ${source.noun}.`),
  };
}

/** How to fix drift: one command for each stack, unless integrations have their own advice. */
function fixing(
  entries: readonly Entry[],
  { fix, deployedByMerge }: Source,
  [verb, object]: readonly [string, string],
  otherwise: string,
): Pick<Section, "remedies" | "commands" | "advice"> {
  const advice = unique(entries.flatMap(({ merchant }) => merchant.advice ?? []));
  const unadvised = entries.filter(({ merchant }) => merchant.advice === undefined);
  const commands = fix === undefined ? [] : unique(unadvised.map(({ stack }) => fix(stack)));
  const effect = deployedByMerge
    ? `Merging ${verb}s ${object}.`
    : `To ${verb} ${object}, run ${asCode(commands)}.`;
  return {
    commands,
    advice,
    remedies: [...(commands.length === 0 ? [] : [`${effect} ${otherwise}`]), ...advice],
  };
}

function revoked(entries: readonly Entry[], { item, afterRevocation }: Source): Section {
  return {
    ...unchecked(entries, item),
    kind: "revoked",
    title: "Revoked",
    meaning: "Pinterest rejects the account.",
    remedies: afterRevocation === undefined ? [] : [afterRevocation],
  };
}

function unreachable(entries: readonly Entry[], { item }: Source): Section {
  return {
    ...unchecked(entries, item),
    kind: "unreachable",
    title: "Unreachable",
    meaning: "Pinterest did not answer, or the account has no token.",
    remedies: [],
  };
}

/**
 * An item for each reason, regardless of the account, with the ID of one of the requests. In a fleet, each of hundreds of merchants can have
 * an account of its own.
 */
function unchecked(entries: readonly Entry[], item: string) {
  const groups = Map.groupBy(entries, ({ stack, merchant: { reason, advice } }) =>
    JSON.stringify([stack.directory, stack.project, stack.stack, withoutRequestIds(reason ?? ""), advice]),
  );
  const items = [...groups.values()].map((group): Item => {
    const [{ stack, merchant }] = group as [Entry];
    const merchants = group.map((entry) => entry.merchant);
    const { reason, advice } = merchant;
    const isShared = new Set(merchants.map((each) => each.reason)).size > 1;
    return {
      stack,
      rows: [[{ kind: "merchants", merchants }]],
      reason: isShared ? reason?.replaceAll(requestId, " (request id $1, for instance)") : reason,
      advice: advice === reason ? undefined : advice,
    };
  });
  return {
    count: entries.length,
    rowNoun: `reasons why ${item}s could not be checked`,
    columns: [nameColumn(item)],
    items,
  };
}

/** The form of the Pinterest client's messages. */
const requestId = / \(request id ([^()]+)\)/g;

/** A message without IDs of requests, to compare it with others. */
export function withoutRequestIds(message: string): string {
  return message.replaceAll(requestId, "");
}

function failed(stacks: readonly StackReport[]): Section {
  const items = stacks.flatMap((stack) =>
    stack.errors.map((text): Item => ({ stack, rows: [[{ kind: "text", text }]] })),
  );
  return {
    kind: "failed",
    title: "Failed",
    meaning: "Errors of the whole stack or of an account.",
    count: items.length,
    rowNoun: "errors",
    columns: [{ head: "Error" }],
    items,
    remedies: [],
  };
}

function pending(entries: readonly Entry[], { noun, item, deploy, deployedByMerge }: Source): Section {
  const commands = unique(entries.map(({ stack }) => deploy(stack)));
  return {
    kind: "pending",
    title: "Pending",
    meaning: `the ${noun} has changes that are not deployed.`,
    count: entries.length,
    rowNoun: `${item}s with pending changes`,
    columns: [nameColumn(item), { head: "Changes", pageHead: "What is pending" }],
    items: entries.map(({ stack, merchant }) => ({
      stack,
      rows: [
        [
          { kind: "merchants", merchants: [merchant] },
          { kind: "changes", changes: merchant.pending },
        ],
      ],
    })),
    remedies: [deployedByMerge ? "Merging deploys them." : `To deploy them, run ${asCode(commands)}.`],
    commands,
  };
}

/** A section for each account or explicit provider. */
function unmanaged(stacks: readonly StackReport[], isOnlyStack: boolean): Section[] {
  return stacks.flatMap((stack) => {
    const groups = Map.groupBy(stack.unmanaged ?? [], ({ account, provider }) =>
      JSON.stringify([account, provider]),
    );
    return [...groups.values()].map((integrations): Section => {
      const [{ account, provider }] = integrations as [UnmanagedIntegration];
      return {
        kind: "unmanaged",
        title: "Unmanaged",
        scope: { stack, account, provider },
        meaning: "no program of this report manages them.",
        count: integrations.length,
        rowNoun: "unmanaged integrations",
        columns: [{ head: "External business ID" }, { head: "Integration ID" }],
        items: integrations.map(({ externalBusinessId, integrationId }) => ({
          rows: [[nameCell(externalBusinessId, "none"), nameCell(integrationId, "")]],
        })),
        ...importOf(stack, integrations, isOnlyStack),
      };
    });
  });
}

function nameCell(name: string | undefined, placeholder: string): Cell {
  return name === undefined ? { kind: "none", text: placeholder } : { kind: "name", name };
}

/** With more integrations, a command that names each would be too long. */
const namedAtMost = 20;

function importOf(
  { directory, stack }: StackReport,
  integrations: readonly UnmanagedIntegration[],
  isOnlyStack: boolean,
): Pick<Section, "remedies" | "importing"> {
  const [{ account, provider }] = integrations as [UnmanagedIntegration];
  const onStack = stackOptions({ directory, name: stack });
  const start = `${ownCommand} import${account === undefined ? "" : ` ${shellOption("--account", account)}`}${onStack}`;
  if (provider !== undefined) {
    const remedy =
      `To manage them, declare them in the program with the provider '${visible(provider)}'. ` +
      `Then run \`${ownCommand} preflight${onStack}\` to list Pinterest's values, and copy them into the program.`;
    return { remedies: [remedy], importing: { start, invalidIds: [] } };
  }
  const ids = integrations.flatMap(({ externalBusinessId: id }) =>
    id === undefined ? [] : [{ id, problem: problemWithId(id) }],
  );
  const invalidIds = ids.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ id, problem }]));
  const valid = ids.flatMap(({ id, problem }) => (problem === undefined ? [id] : []));
  if (valid.length === 0) {
    const remedy =
      invalidIds.length > 0
        ? "A program cannot declare their IDs, so they stay unmanaged."
        : "They have no external business ID, so they cannot be imported.";
    return { remedies: [remedy], importing: { start, invalidIds } };
  }
  // `--all` would also import integrations that another stack manages.
  const command =
    valid.length > namedAtMost && isOnlyStack
      ? start.replace(" import", " import --all")
      : // An ID that starts with a dash would be an option.
        [
          start,
          ...(valid.some((id) => id.startsWith("-")) ? ["--"] : []),
          ...valid.map(visibleShellWord),
        ].join(" ");
  return { remedies: [], importing: { command, start, invalidIds } };
}

function unlisted(stacks: readonly StackReport[]): Section {
  const items = stacks.flatMap((stack) =>
    (stack.unlisted ?? []).map(({ account, provider, reason }): Item => {
      // The report can already contain the reason: as an error, or for integrations of the account.
      const isReported =
        stack.errors.includes(reason) ||
        stack.merchants.some(
          (merchant) =>
            (merchant.status === "revoked" || merchant.status === "unreachable") &&
            merchant.account === account &&
            merchant.provider === provider,
        );
      return {
        stack,
        rows: [[{ kind: "account", account, provider }]],
        reason: isReported ? undefined : reason,
      };
    }),
  );
  return {
    kind: "unlisted",
    title: "Not listed",
    meaning:
      "these accounts could not be listed, so they can have more integrations that no program manages.",
    count: items.length,
    rowNoun: "accounts that could not be listed",
    columns: [{ head: "Account" }],
    items,
    remedies: [],
  };
}

/** The terminal only counts them, and Markdown omits them. */
function inSync(entries: readonly Entry[], { item }: Source): Section {
  return {
    kind: "in-sync",
    title: "In sync",
    meaning: `${counted(entries.length, item)}.`,
    count: entries.length,
    rowNoun: `${item}s in sync`,
    columns: [nameColumn(item)],
    items: entries.map(itemOf),
    remedies: [],
  };
}

function itemOf({ stack, merchant }: Entry): Item {
  return { stack, rows: [[{ kind: "merchants", merchants: [merchant] }]] };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** Commands as code in a sentence. */
export function asCode(commands: readonly string[]): string {
  return firstOf(commands.map((command) => `\`${command}\``));
}
