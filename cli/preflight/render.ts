import type { CreateVerdict } from "../../provider/lifecycle/observer";
import { shownValues } from "../report/values";
import type { Terminal } from "../terminal";
import { type Cell, columns } from "../text/columns";
import { shorten, visible, visibleLines } from "../text/visible";
import { type Forecast, failing, type PreflightReport } from "./report";
import { countsInWords, meaningOf, othersInWords } from "./words";

type Look = Pick<Terminal, "width" | "style">;

/** Characters of an id that are shown. */
const shownAtMost = 60;
/** Characters of the name of a resource, or of an account, that are shown. */
const nameAtMost = 120;
/** Characters of a differing value that are shown. */
const valueAtMost = 80;
/** Characters of a verdict, and of a piece of advice, that are shown; --json has all. */
const verdictAtMost = 1_000;
const proseAtMost = 5_000;

/**
 * The report for a terminal, without a final line end.
 *
 * @param options the options of printed commands that select the stack.
 */
export function render(report: PreflightReport, look: Look, options = ""): string {
  return [
    look.style("bold", `Stack ${visible(report.stack)} of ${visible(report.project)}`),
    ...(report.creates.length > 0 ? [table(report, look)] : []),
    ...differences(report, look),
    ...advice(report, look),
    ...waysOut(report, options),
    lastLines(report, look, options),
  ].join("\n\n");
}

function table({ creates }: PreflightReport, look: Look): string {
  const hasAccounts = creates.some(({ account, provider }) => (account ?? provider) !== undefined);
  const row = (resource: string, integration: string, account: string, meets: Cell): Cell[] => [
    { text: resource },
    { text: integration },
    ...(hasAccounts ? [{ text: account }] : []),
    meets,
  ];
  const rows = creates.map((forecast) =>
    row(
      shownName(forecast.name),
      visible(shorten(forecast.externalBusinessId ?? "(not shown)", shownAtMost)),
      shownName(accountOf(forecast)),
      {
        text: visible(shorten(meaningOf(forecast), verdictAtMost)),
        style: (text) => colored(forecast.verdict, text, look),
      },
    ),
  );
  const head = row("Resource", "Integration", "Account", { text: "Outcome" });
  return columns([head, ...rows], look.width, "").join("\n");
}

function differences({ creates }: PreflightReport, look: Look): string[] {
  const rows = creates.flatMap(({ name, differences = [] }) =>
    differences.map((property): Cell[] => {
      const { program, pinterest } = shownValues(property, valueAtMost);
      return [
        { text: shownName(name) },
        { text: property.name },
        { text: program.text },
        { text: pinterest.text },
      ];
    }),
  );
  if (rows.length === 0) return [];
  const head = ["Resource", "Property", "Program", "Pinterest"].map((text) => ({ text }));
  return [columns([head, ...rows], look.width, "").join("\n")];
}

function shownName(name: string): string {
  return visible(shorten(name, nameAtMost));
}

function accountOf({ account, provider }: Forecast): string {
  return [account ?? "", provider === undefined ? "" : `(provider ${provider})`].filter(Boolean).join(" ");
}

function colored(verdict: CreateVerdict, text: string, { style }: Look): string {
  if (failing.has(verdict)) return style("red", text);
  return verdict === "overwritten" || verdict === "unknown" ? style("yellow", text) : text;
}

/** Advice for each create, or once for all creates of an account that could not be read. */
function advice({ creates }: PreflightReport, look: Look): string[] {
  const advised = creates.filter((forecast) => forecast.advice !== undefined);
  const groups = Map.groupBy(advised, ({ name, verdict, provider, account }) =>
    JSON.stringify(verdict === "cannot-tell" ? [provider, account] : [name]),
  );
  return [...groups.values()].map((group) => {
    const [first] = group as [Forecast, ...Forecast[]];
    const more = group.length > 1 ? ` and ${group.length - 1} more of the same account` : "";
    return [
      `${look.style("red", shownName(first.name))}${more}:`,
      ...visibleLines(shorten(first.advice ?? "", proseAtMost)),
    ].join("\n");
  });
}

/** What to do about refused creates. */
function waysOut({ creates }: PreflightReport, options: string): string[] {
  if (!creates.some(({ verdict }) => verdict === "refused")) return [];
  return [
    [
      `To keep Pinterest's values, copy them into the program. \`pulumi up${options}\` then adopts the integrations, and writes only`,
      "partner tokens and e-mail. To overwrite the integrations with the program's values, set `adopt: true` on the resources. If you",
      "renamed a resource, give it its old name as an alias.",
    ].join("\n"),
  ];
}

function lastLines(report: PreflightReport, { style }: Look, options: string): string {
  const others = othersInWords(report.others, options);
  const failed = report.errors.length > 0;
  const verdict = report.ok
    ? style("green", "No create will be refused.") +
      (others === undefined ? "" : " Updates and deletions were not checked.")
    : style(
        "red",
        failed
          ? "The preview failed: other creates may be missing from this list."
          : "The next update will fail.",
      );
  return [countsInWords(report), ...(others === undefined ? [] : [others]), verdict].join("\n");
}
