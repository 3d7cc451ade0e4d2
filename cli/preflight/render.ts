import { withRequestId } from "../../provider/base/message-text";
import { stackOptions } from "../../provider/base/shell";
import { shorten, visible, visibleLines } from "../../provider/base/visible";
import { counted } from "../../provider/base/words";
import { environmentVariable, fullKey } from "../../provider/config/keys";
import { remedies } from "../../provider/run/wording";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { type Forecast, isFailing, problemWithDeletions, type Verdict } from "../../stack/forecasts";
import { openStack } from "../../stack/open";
import { aliasAdvice } from "../../stack/renames";
import type { ProjectOptions } from "../options";
import { type Cell, type ColumnOf, propertyColumns, type Table, tableOf } from "../tables/table";
import { type Display, short, tableLines } from "../tables/table-lines";
import type { CommandIo } from "../terminal";
import { type PreflightReport, preflightOf } from "./preflight";

/** `pulumi-pinterest preflight` */
export async function runPreflight(
  { json, ...choice }: ProjectOptions & { json?: true },
  { terminal, environment }: CommandIo,
): Promise<ExitCode> {
  const stack = await openStack({ ...choice, environment });
  terminal.progress("running a preview…");
  const report = await preflightOf(stack, (integrations) =>
    terminal.progress(`running a preview: ${integrations} integrations`),
  );
  for (const error of report.errors) terminal.note(`error: ${error}`);
  terminal.out(json ? JSON.stringify(report, undefined, 2) : render(report, terminal, stackOptions(stack)));
  return report.ok ? exitCodes.ok : exitCodes.error;
}

/** Number of characters of advice or of a warning that are shown. --json has all of it. */
const adviceAtMost = 5_000;

/**
 * The report for a terminal, without a line end at its end.
 *
 * @param options the options of printed commands that select the stack.
 */
export function render(report: PreflightReport, display: Display, options = ""): string {
  const { creates } = report;
  const tables = [createsTable(creates), differencesTable(creates)].filter(({ items }) => items.length > 0);
  // The alias of a renamed integration turns the create into an update.
  const hasToAdopt = creates.some(({ verdict, alias }) => verdict === "refused" && alias === undefined);
  const renames = creates.flatMap(({ name, alias }) => (alias === undefined ? [] : [{ name, alias }]));
  return [
    display.style("bold", `Stack ${visible(report.stack)} of ${visible(report.project)}`),
    ...tables.map((table) => tableLines(table, display, "").join("\n")),
    ...advice(creates, display),
    ...(renames.length > 0
      ? [
          `Renamed resources stay connected. Update them in state instead of creating them. ${visible(shorten(aliasAdvice(renames), adviceAtMost))}`,
        ]
      : []),
    ...(hasToAdopt
      ? [
          `To keep Pinterest's values${renames.length > 0 ? " of the others" : ""}, copy them into the program. \`pulumi up${options}\` then adopts the integrations, and writes only\n` +
            "partner tokens and e-mail. To overwrite the integrations with the program's values, set `adopt: true` on the resources.",
        ]
      : []),
    ...report.warnings.map(
      ({ summary, remedy }) =>
        `${display.style("yellow", "warning:")} ${visible(`${shorten(summary, adviceAtMost)}. ${remedy}`)}`,
    ),
    lastLines(report, display, options),
  ].join("\n\n");
}

function createsTable(creates: readonly Forecast[]): Table {
  const hasAccounts = creates.some(({ account, provider }) => (account ?? provider) !== undefined);
  const name = (text: string): Cell => ({ kind: "name", name: text });
  const account: ColumnOf<Forecast> = {
    head: "Account",
    cell: ({ account = "", provider }) =>
      name([account, provider === undefined ? "" : `(provider ${provider})`].filter(Boolean).join(" ")),
  };
  const columns: ColumnOf<Forecast>[] = [
    { head: "Resource", cell: (forecast) => name(forecast.name) },
    { head: "Integration", cell: ({ externalBusinessId = "(not shown)" }) => name(externalBusinessId) },
    ...(hasAccounts ? [account] : []),
    {
      head: "Outcome",
      cell: (forecast) => {
        const { verdict } = forecast;
        const isUncertain = verdict === "overwritten" || verdict === "unknown";
        const color = isFailing(forecast) ? "red" : isUncertain ? "yellow" : undefined;
        return { kind: "text", text: outcomeOf(forecast), ...(color && { color }) };
      },
    },
  ];
  return tableOf(columns, creates);
}

function differencesTable(creates: readonly Forecast[]): Table {
  const items = creates.flatMap(({ name, differences = [] }) =>
    differences.length === 0 ? [] : [differences.map((property) => ({ name, property }))],
  );
  const resource: ColumnOf<(typeof items)[number][number]> = {
    head: "Resource",
    cell: ({ name }) => ({ kind: "name", name }),
  };
  return tableOf([resource, ...propertyColumns<(typeof items)[number][number]>("program", () => "")], items);
}

/** The effect of the update on the integration. */
function outcomeOf(forecast: Forecast): string {
  const { verdict, name, omitted = [], notCompared = [], renamedFrom, alias } = forecast;
  const { replaces, keepsReplaced } = forecast;
  const rename = renamedFrom === name ? "moved to another parent" : `renamed from ${renamedFrom}`;
  const connection = verdict === "created" ? "which is missing at Pinterest" : "stays connected";
  const parts = [outcome(forecast)];
  if (notCompared.length > 0 && !isFailing(forecast)) {
    parts.push(`writes ${notCompared.join(", ")}, because secrets cannot be compared`);
  }
  if (omitted.length > 0) parts.push(`the program omits ${omitted.join(", ")}`);
  if (alias !== undefined) parts.push(`${rename}, ${connection}`);
  else if (renamedFrom !== undefined) parts.push(`it was ${renamedFrom}, ${connection}`);
  if (replaces !== undefined && verdict !== "undeletable")
    parts.push(`replaces ${replaces}, which ${keepsReplaced ? "stays connected" : "it deletes"}`);
  return parts.join("; ");
}

function outcome({ verdict, isUpdate, fields = [], reason = "", requestId, replaces }: Forecast): string {
  switch (verdict) {
    case "created":
      return "will be created";
    case "adopted":
      return isUpdate
        ? "will be updated: a replacement with the same ID keeps it"
        : "will be adopted: exists and equals the program";
    case "imported":
      return "will be imported: the preview fails if it is missing";
    case "overwritten":
      return `will be OVERWRITTEN in ${fields.join(", ")} (adopt: true)`;
    case "refused":
      return `REFUSED: exists, and differs in ${fields.join(", ")}`;
    case "foreign":
      return "REFUSED: belongs to another owner";
    case "protected":
      return "REFUSED: Pulumi would delete a protected resource";
    case "undeletable":
      return `REFUSED: replaces ${replaces}, which it must not delete, because ${reason}`;
    case "unknown":
      return `not known before the update: ${reason}`;
    case "not-checked":
      return `NOT CHECKED: ${withRequestId(reason, requestId)}`;
  }
}

/** Advice for each create, or once for all creates of an account that could not be read. */
function advice(creates: readonly Forecast[], display: Display): string[] {
  const advised = creates.filter((forecast) => forecast.advice !== undefined);
  const groups = Map.groupBy(advised, ({ name, verdict, provider, account }) =>
    JSON.stringify(verdict === "not-checked" ? [provider, account] : [name]),
  );
  return [...groups.values()].map((group) => {
    const [first] = group as [Forecast];
    const others = group.length > 1 ? ` and ${group.length - 1} more of the same account` : "";
    return [
      `${display.style("red", short(first.name))}${others}:`,
      ...visibleLines(shorten(first.advice ?? "", adviceAtMost)),
    ].join("\n");
  });
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  created: "created",
  adopted: "adopted",
  imported: "imported",
  overwritten: "overwritten",
  unknown: "not known before the update",
  refused: "refused",
  foreign: "refused because of another owner",
  protected: "refused because of a protected resource",
  undeletable: "refused because of a deletion",
  "not-checked": "not checked",
};

function lastLines(report: PreflightReport, display: Display, options: string): string {
  const { creates, summary, others, errors, ok } = report;
  const counts = (Object.keys(verdictWords) as Verdict[]).flatMap((verdict) =>
    summary[verdict] === undefined ? [] : [`${summary[verdict]} ${verdictWords[verdict]}`],
  );
  const unshown =
    others.update + others.delete > 0
      ? ` \`pulumi preview --diff${options}\` shows updates and deletions.`
      : "";
  const renamed = creates.filter(({ alias }) => alias !== undefined).length;
  const ofThem =
    renamed === 0 ? "" : ` (${renamed} renamed, which ${renamed === 1 ? "stays" : "stay"} connected)`;
  // Pinterest can still refuse an update of an existing integration, for example because of a token: only creates are read.
  const accepted =
    others.update > 0
      ? `The next update will refuse no create or deletion. ${counted(others.update, "update")} ${others.update === 1 ? "was" : "were"} not checked at Pinterest.`
      : "The next update will refuse nothing.";
  // A preview that failed before it found creates does not show that there are none.
  const count = `${counted(creates.length, "integration")} to create${ofThem}${counts.length > 0 ? `: ${counts.join(", ")}` : ""}.`;
  return [
    ...(creates.length === 0 && errors.length > 0 ? [] : [count]),
    ...deletions(report, display),
    (ok ? display.style("green", accepted) : display.style("red", problemOf(report))) + unshown,
  ].join("\n");
}

/** The number of deletions, and whether the update refuses them. */
function deletions({ others, limits }: PreflightReport, display: Display): string[] {
  if (others.delete === 0) return [];
  const number = counted(others.delete, "integration");
  if (limits.onDelete === "retain")
    return [`${number} to remove from state only, because \`${fullKey("onDelete")}\` is \`retain\`.`];
  const problem = problemWithDeletions(others.delete, limits);
  if (problem === undefined) {
    const allowed =
      limits.deleteLimit === undefined
        ? ""
        : ` \`${fullKey("deleteLimit")}\` allows ${limits.deleteLimit} in one command.`;
    return [`${number} to delete at Pinterest.${allowed}`];
  }
  const remedy =
    limits.onDelete === "refuse"
      ? `To delete an integration, ${remedies.program.allowDeletion}.`
      : `To delete all of them, set \`${environmentVariable("deleteLimit")}=${others.delete}\` for one command.`;
  return [`${display.style("red", `${number} to delete: REFUSED, because ${problem}.`)} ${remedy}`];
}

/** The result of the next update, or why it is unknown. */
function problemOf({ creates, others, errors }: PreflightReport): string {
  if (errors.length > 0) return "The preview failed, so creates may be missing here. Fix its error first.";
  const failed = creates.filter(isFailing);
  const continues = failed.length > 0 && failed.every(({ updateContinues }) => updateContinues);
  if (!continues) return "The next update will fail.";
  const effect = `The next update will fail for ${counted(failed.length, "integration")}, because of the account, and deploy the others.`;
  return others.delete > 0
    ? `${effect} Deletions fail, too, because a resource of the failed account may have the same integration.`
    : `${effect} It then exits with 10, or with 1 if \`@pulumi/pulumi\` is older than 3.276.`;
}
