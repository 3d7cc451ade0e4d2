import type { DriftReport, MerchantReport, StackReport } from "../../check/report";
import { counted } from "../../text/counted";
import { firstOf } from "../../text/listed";
import { shorten, visible } from "../../text/visible";
import {
  type Entry,
  entriesOf,
  errorsOf,
  failureGroups,
  isOfSeveral,
  type UnmanagedGroup,
  unlistedOf,
  unmanagedGroups,
  withStatus,
} from "./grouped";
import { howToImport, importCommand, unfitIds } from "./import-command";
import { type Section, within } from "./markdown-budget";
import { cell, code, fenced, htmlCode, prose } from "./markdown-text";
import { ofPrograms, type Source } from "./source";
import { type ShownValue, shownTime, shownValues } from "./values";
import { capital, commandsFor, meaningOf, uncomparedOf, unlistedMeaning, verdict, waysOut } from "./words";

/** The line with which a workflow finds its issue or comment. */
export const markdownMarker = "<!-- pulumi-pinterest drift -->";

/** Limit in bytes. GitHub accepts 65,536 characters for an issue or comment; the rest is for the workflow. */
const sizeAtMost = 60_000;
/** Number of characters of a name or value that are shown. */
const shownAtMost = 80;
/** Number of characters of a reason, advice or error that are shown. */
const proseAtMost = 1500;
/** Number of merchants that are named with a common reason. */
const namedAtMost = 20;
/** Longest command that is shown, in characters. */
const commandAtMost = 4000;

/** The report for a job summary, an issue or a pull request, in the Markdown of GitHub and GitLab; at most 60,000 bytes. */
export function renderMarkdown(report: DriftReport, source: Source = ofPrograms()): string {
  const stacks = report.stacks.map((stack) => code(stackName(stack)));
  const head = [
    markdownMarker,
    "## Pinterest drift",
    `**${verdict(report)}**`,
    `${stacks.length === 1 ? "Stack" : "Stacks"} ${firstOf(stacks, namedAtMost)}, checked at ${shownTime(report.generatedAt)}. ` +
      `Exit code ${report.exitCode}: ${lineOf(meaningOf(report, source, source.deployedByMerge ? "the merge" : undefined))}.`,
    ...uncompared(report, source),
  ];
  return `${within(sizeAtMost, head.join("\n\n"), sectionsOf(report, source), explainLeftOut(source))}\n`;
}

function uncompared(report: DriftReport, { compareSecrets }: Source): string[] {
  const names = uncomparedOf(report).map(shortCode);
  return names.length === 0
    ? []
    : [
        `Not compared: ${firstOf(names, namedAtMost)}. Partner tokens and e-mail are compared with ${compareSecrets} only.`,
      ];
}

function sectionsOf(report: DriftReport, source: Source): Section[] {
  const several = isOfSeveral(report);
  return [
    drifted(withStatus(report.stacks, "drifted"), several, source),
    missing(withStatus(report.stacks, "missing"), several, source),
    unchecked(report.stacks, several, source),
    failed(report.stacks, several),
    pending(
      entriesOf(report.stacks, ({ pending }) => pending.length > 0),
      several,
      source,
    ),
    ...unmanagedGroups(report.stacks).map((group) => unmanaged(group, several)),
    unlisted(report.stacks, several),
  ];
}

function drifted(entries: readonly Entry[], several: boolean, source: Source): Section {
  const { noun, fix } = source;
  const head = [
    ...(several ? ["Stack"] : []),
    "Merchant",
    "Property",
    capital(noun),
    "Pinterest",
    "Changed at (UTC)",
  ];
  return {
    things: "differing properties",
    begin: `\n\n### Differs at Pinterest\n\n${row(head)}\n${row(head.map(() => "---"))}\n`,
    items: entries.flatMap(({ stack, merchant }) =>
      driftedCells(merchant).map((cells) => row([...stackCell(stack, several), ...cells])),
    ),
    end: `\n\n${waysInLines(entries, (stack) => `${deployer(source, fix(stack))} writes the ${noun}'s values back.`)}\n\nTo keep Pinterest's values, copy them into the ${noun}.`,
  };
}

/** The subject of a sentence about a fix. */
function deployer({ deployedByMerge }: Source, command: string): string {
  return deployedByMerge ? "Merging" : `\`${command}\``;
}

function waysInLines(entries: readonly Entry[], fix: (stack: StackReport) => string): string {
  return firstOf(waysOut(entries, fix).map(lineOf), namedAtMost, "\n\n");
}

function lineOf(text: string): string {
  return prose(text, proseAtMost);
}

function driftedCells(merchant: MerchantReport): string[][] {
  const since = merchant.since === undefined ? "" : plainTime(merchant.since);
  const rows = merchant.properties.map((property) => {
    const { program, pinterest } = shownValues(property, shownAtMost);
    return [label(merchant), shortCode(property.name), valueText(program), valueText(pinterest), since];
  });
  return rows.length > 0 ? rows : [[label(merchant), "*not reported*", "", "", since]];
}

function missing(entries: readonly Entry[], several: boolean, source: Source): Section {
  const { noun, fix } = source;
  return {
    things: "missing merchants",
    begin: "\n\n### No longer at Pinterest\n\n",
    items: entries.map(({ stack, merchant }) => `- ${inStack(stack, several)}${label(merchant)}`),
    end: `\n\n${waysInLines(entries, (stack) => `${deployer(source, fix(stack))} recreates them.`)}\n\nOtherwise, remove them from the ${noun}.`,
  };
}

function unchecked(stacks: readonly StackReport[], several: boolean, { afterRevocation }: Source): Section {
  const entries = entriesOf(stacks, ({ status }) => status === "revoked" || status === "unreachable");
  return {
    things: "reasons why merchants could not be checked",
    begin: "\n\n### Could not be checked\n\n",
    items: failureGroups(entries).map(({ stack, status, reason, advice, merchants }) =>
      [
        `- **${status === "revoked" ? "Revoked" : "Unreachable"}**: ${inStack(stack, several)}${firstOf(merchants.map(label), namedAtMost)}`,
        ...(reason === undefined ? [] : [`  <br>${prose(reason, proseAtMost)}`]),
        ...(advice === undefined || advice === reason
          ? []
          : [
              `\n  <details><summary>What to do</summary>\n\n  ${prose(advice, proseAtMost)}\n\n  </details>`,
            ]),
      ].join("\n"),
    ),
    end:
      afterRevocation !== undefined && entries.some(({ merchant }) => merchant.status === "revoked")
        ? `\n\n${prose(afterRevocation, proseAtMost)}`
        : "",
  };
}

function failed(stacks: readonly StackReport[], several: boolean): Section {
  return {
    things: "errors",
    begin: "\n\n### Failed\n\n",
    items: errorsOf(stacks).map(
      ({ stack, error }) => `- ${inStack(stack, several)}${prose(error, proseAtMost)}`,
    ),
    end: "",
  };
}

function pending(entries: readonly Entry[], several: boolean, source: Source): Section {
  const { noun, bringUp, deployedByMerge } = source;
  const head = [...(several ? ["Stack"] : []), "Merchant", "Changes"];
  const count = counted(entries.length, "merchant");
  const stacks = entries.map(({ stack }) => stack);
  return {
    things: "merchants with pending changes",
    begin: `\n\n<details><summary>Pending: ${count} with changes of the ${noun} that are not deployed</summary>\n\n${row(head)}\n${row(head.map(() => "---"))}\n`,
    items: entries.map(({ stack, merchant }) =>
      row([
        ...stackCell(stack, several),
        label(merchant),
        firstOf(merchant.pending.map(shortCode), namedAtMost),
      ]),
    ),
    end: `\n\n${deployedByMerge ? "Merging deploys them." : lineOf(`Run ${commandsFor(stacks, bringUp)} to deploy them.`)}\n\n</details>`,
  };
}

function unmanaged(group: UnmanagedGroup, several: boolean): Section {
  const { stack, account, provider, integrations } = group;
  const of = [
    ...(several ? [`stack ${htmlCode(stackName(stack))}`] : []),
    ...(account === undefined ? [] : [`account ${htmlCode(shorten(account, shownAtMost))}`]),
    ...(provider === undefined ? [] : [`provider ${htmlCode(shorten(provider, shownAtMost))}`]),
  ];
  const { command, advice } = howToImport(group);
  const how =
    command === undefined
      ? prose(advice ?? "", proseAtMost)
      : command.length <= commandAtMost
        ? `Import them:\n\n${fenced(command, "sh")}`
        : `Import them with ${code(importCommand(group))}, followed by their IDs.`;
  const unfit = unfitIds(group).map(
    ({ id, problem }) => `${shortCode(id)} ${prose(visible(problem), proseAtMost)}`,
  );
  const refused = unfit.length === 0 ? "" : `\n\nCannot be imported: ${firstOf(unfit, namedAtMost, "; ")}.`;
  return {
    things: "unmanaged integrations",
    begin: `\n\n<details><summary>Unmanaged: ${counted(integrations.length, "integration")}${of.length > 0 ? ` (${of.join(", ")})` : ""}</summary>\n\n`,
    items: integrations.map(({ externalBusinessId: id, integrationId: number }) => {
      const named = id === undefined ? "no external business ID" : shortCode(id);
      return `- ${named}${number === undefined ? "" : `, integration ID ${shortCode(number)}`}`;
    }),
    end: `\n\n${how}${refused}\n\n</details>`,
  };
}

function unlisted(stacks: readonly StackReport[], several: boolean): Section {
  return {
    things: "accounts that could not be listed",
    begin: `\n\n### Not listed\n\n${capital(unlistedMeaning)}\n\n`,
    items: unlistedOf(stacks).map(({ stack, unlisted: { account, provider }, reason }) => {
      const name = account === undefined ? "the default account" : `account ${shortCode(account)}`;
      const of = provider === undefined ? "" : ` (provider ${shortCode(provider)})`;
      return `- ${inStack(stack, several)}${name}${of}${reason === undefined ? "" : `: ${prose(reason, proseAtMost)}`}`;
    }),
    end: "",
  };
}

function explainLeftOut({ look }: Source): (leftOut: readonly string[]) => string {
  return (leftOut) =>
    `\n\n**Omitted, because the report is too long:** ${leftOut.slice(0, 8).join(", ")}. The options \`--html FILE\` and \`--json FILE\` of ${look} write everything.`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

function valueText({ kind, text }: ShownValue): string {
  return kind === "value" ? code(text) : `*${text}*`;
}

function label({ name, externalBusinessId, account, provider }: MerchantReport): string {
  const details = [
    ...(externalBusinessId === name ? [] : [shortCode(externalBusinessId)]),
    ...(account === undefined ? [] : [`account ${shortCode(account)}`]),
    ...(provider === undefined ? [] : [`provider ${shortCode(provider)}`]),
  ];
  return `${shortCode(name)}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

function shortCode(text: string): string {
  return code(shorten(visible(text), shownAtMost));
}

/** A time. Any other string is shown as code, because it can contain anything. */
function plainTime(time: string): string {
  const shown = shownTime(time);
  return /^[\d:TZ-]+$/.test(shown) ? shown : shortCode(shown);
}

function stackName({ project, stack }: StackReport): string {
  return shorten(visible(`${project}/${stack}`), shownAtMost);
}

function stackCell(stack: StackReport, several: boolean): string[] {
  return several ? [code(stackName(stack))] : [];
}

function inStack(stack: StackReport, several: boolean): string {
  return several ? `${code(stackName(stack))}: ` : "";
}
