import { defined } from "../../provider/base/bag";
import { accountInWords, messageOf } from "../../provider/base/message-text";
import { type CommandStack, shellWord, stackOptions } from "../../provider/base/shell";
import { shownId } from "../../provider/base/visible";
import { counted, joinWithAnd } from "../../provider/base/words";
import type { AccountInventory } from "../../provider/config";
import type { Terminal } from "../terminal";
import type { PlannedImport } from "./plan";
import type { ImportOptions, Selection } from "./selection";

/** The part of a result about files, and what to do with them. */
export interface WrittenFiles {
  readonly files: Readonly<Record<string, string>>;
  /** Whether the integrations were imported into the stack (--run). */
  readonly performed: boolean;
  /** Shell commands that complete the import. */
  readonly commands: readonly string[];
  /** Keys that were added to the stack's configuration. */
  readonly addedConfiguration?: readonly string[];
  /** The line that adds the declarations to the program. */
  readonly programLine?: string;
  /** The file to add the line to, relative to the project's directory. Omitted if it is unknown. */
  readonly programFile?: string;
  /** Sections of a YAML program that Pulumi.yaml already has, so that their entries must be copied one by one. */
  readonly sectionsToMerge?: readonly string[];
}

/** The output of `pulumi-pinterest import --json`. It contains no secret. */
export interface ImportResult extends WrittenFiles {
  readonly version: 1;
  /** The integrations that the files declare. */
  readonly imports: readonly {
    readonly name: string;
    readonly externalBusinessId: string;
    readonly integrationId?: string;
    /** Omitted for the default account. */
    readonly account?: string;
    /** Fields that have a value at Pinterest and that the program does not manage, and why. */
    readonly unmanaged?: Readonly<Record<string, string>>;
  }[];
  /** Integrations that were skipped because the stack manages them. */
  readonly managed: readonly { readonly name: string; readonly externalBusinessId: string }[];
  readonly refused: Selection["refusals"];
  readonly failedAccounts: readonly { readonly account: string | null; readonly reason: string }[];
  /** Messages about other skipped integrations, with the reasons. */
  readonly notes: readonly string[];
}

export function importsOf(plans: readonly PlannedImport[]): ImportResult["imports"] {
  return plans.map(({ name, account, externalBusinessId, integrationId, masked, invalid }) => {
    const maskedFields = masked.map((field) => [field, "is masked by Pinterest"] as const);
    const unmanaged = Object.fromEntries([...maskedFields, ...invalid]);
    return {
      name,
      externalBusinessId,
      ...defined({ integrationId, account }),
      ...(Object.keys(unmanaged).length === 0 ? {} : { unmanaged }),
    };
  });
}

/**
 * The result of a selection, before anything is written.
 *
 * @param skipped what cannot be imported, and why. Empty if the user named the IDs.
 */
export function selectionResult(
  accounts: readonly AccountInventory[],
  { managed, refusals }: Selection,
  skipped: readonly string[],
): ImportResult {
  const them = managed.length === 1 ? "it" : "them";
  const skippedManaged = `skipped ${counted(managed.length, "integration")}: the stack already manages ${them}`;
  return {
    version: 1,
    imports: [],
    managed: managed.map(({ name, externalBusinessId }) => ({ name, externalBusinessId })),
    refused: refusals,
    failedAccounts: accounts.flatMap(({ account, error }) =>
      error === undefined ? [] : [{ account: account ?? null, reason: messageOf(error) }],
    ),
    notes: [...(managed.length === 0 ? [] : [skippedManaged]), ...skipped],
    files: {},
    performed: false,
    commands: [],
  };
}

/** The fields that have a value at Pinterest and that the program does not manage, in sentences. */
export function unmanagedNotes(imports: ImportResult["imports"]): string[] {
  const fields = imports.flatMap(({ name, unmanaged = {} }) =>
    Object.entries(unmanaged).map(([field, reason]) => ({ name, problem: `${field} ${reason}` })),
  );
  return [...Map.groupBy(fields, ({ problem }) => problem)].map(([problem, entries]) => {
    const names =
      entries.length <= 3
        ? joinWithAnd(entries.map(({ name }) => `'${name}'`))
        : counted(entries.length, "integration");
    return `not managed for ${names}: ${problem}`;
  });
}

const purposes: Readonly<Record<string, string>> = {
  import: "the input of `pulumi import`; can contain partner tokens in plaintext, so delete it afterwards",
  program: "declares the integrations",
  secrets: "partner tokens and e-mail in plaintext, for the stack's configuration; delete it afterwards",
};

/** Prints the result as JSON, or as text with failures on standard error. */
export function printResult(
  result: ImportResult,
  { json, cwd, stack, protect = false }: Pick<ImportOptions, "json" | "cwd" | "stack" | "protect">,
  terminal: Terminal,
): void {
  const { imports, managed, refused, failedAccounts, performed, files } = result;
  for (const { account, reason } of failedAccounts) {
    terminal.note(`error: ${accountInWords(account ?? undefined)} could not be listed: ${reason}`);
  }
  if (failedAccounts.length > 0) terminal.note("Fix this, then run the same command again.");
  if (refused.length > 0)
    terminal.note(`error: ${counted(refused.length, "ID")} cannot be imported, so nothing was written:`);
  for (const { externalBusinessId, reason } of refused) {
    terminal.note(`  ${shownId(externalBusinessId)} ${reason}`);
  }
  if (json) {
    terminal.out(JSON.stringify(result, undefined, 2));
    return;
  }
  for (const note of result.notes) terminal.note(note);
  if (refused.length > 0) return;
  if (imports.length === 0) {
    if (failedAccounts.length === 0 || managed.length > 0) terminal.out("nothing to import");
    return;
  }
  if (performed) terminal.note(`wrote ${files.program}`);
  // The commands above change to the project's directory.
  const on = { directory: performed ? cwd : ".", name: stack };
  const options = stackOptions(on);
  const protection = protect ? "" : " It shows `~protect`, because the next update removes the protection.";
  const count = counted(imports.length, "integration");
  const lines = [
    ...(performed
      ? [
          `imported ${count}`,
          ...(result.addedConfiguration ?? []).map(
            (key) =>
              `added their partner tokens and e-mail to the secret \`${key}\` in the stack's configuration`,
          ),
        ]
      : [
          `${count} to import`,
          ...Object.entries(files).map(([purpose, file]) => `  wrote ${file}: ${purposes[purpose]}`),
          "",
          "Next, run",
          ...result.commands.map((command) => `  ${command}`),
        ]),
    "",
    ...declarationSteps(files.program ?? "", result, on),
    "",
    "The resources are protected. Until the program declares them, `pulumi up` fails and deletes nothing. Do not run `pulumi state unprotect`:",
    "`pulumi up` would then delete the integrations at Pinterest.",
    `To check: \`pulumi preview --refresh --expect-no-changes${options}\`.${protection}`,
    `Then run \`pulumi up --refresh${options}\`. Later previews also check the imported integrations for drift.`,
  ];
  for (const line of lines) terminal.out(line);
}

/** Instructions to add the declarations to the program. */
export function declarationSteps(
  program: string,
  {
    programLine,
    programFile = "your program",
    sectionsToMerge = [],
  }: Pick<ImportResult, "programLine" | "programFile" | "sectionsToMerge">,
  stack: CommandStack,
): string[] {
  const before = `before the next \`pulumi up${stackOptions(stack)}\`:`;
  if (programLine !== undefined) {
    return [`Add this line to ${programFile} ${before}`, `  ${programLine}`];
  }
  const enter = stack.directory === "." ? "" : `cd ${shellWord(stack.directory)} && `;
  const sections = joinWithAnd(sectionsToMerge.map((name) => `\`${name}:\``));
  return [
    `Copy the sections of ${program} into Pulumi.yaml ${before}`,
    sections === ""
      ? `  ${enter}cat ${shellWord(program)} >> Pulumi.yaml`
      : `  Pulumi.yaml already has ${sections}: copy the entries under it.`,
  ];
}
