import { accountInWords } from "../../pinterest/credentials/notices";
import { shellWord } from "../../process/shell-word";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { listed } from "../text/listed";
import { type CommandStack, stackOptions } from "../text/shell";
import type { ImportOptions } from "./options";
import type { ImportResult } from "./result";
import { shownId } from "./words";

const purposes: Readonly<Record<string, string>> = {
  import:
    "for `pulumi import`; holds partner tokens in clear where Pinterest shows them, so remove it afterwards",
  program: "declares the integrations",
  secrets: "partner tokens and e-mail in clear, for the stack's configuration; remove it afterwards",
};

/** Says what came of an import: as JSON, or in words, of which failures go to standard error. */
export function tellResult(
  result: ImportResult,
  { json, cwd, stack, protect = false }: Pick<ImportOptions, "json" | "cwd" | "stack" | "protect">,
  terminal: Terminal,
): void {
  tellFailures(result, terminal);
  if (json) {
    terminal.out(JSON.stringify(result, undefined, 2));
    return;
  }
  for (const note of result.notes) terminal.note(note);
  if (result.refused.length > 0) return;
  if (result.imports.length === 0) {
    if (result.failedAccounts.length === 0 || result.managed.length > 0) terminal.out("nothing to import");
    return;
  }
  const count = counted(result.imports.length, "integration");
  if (result.performed) {
    terminal.out(`imported ${count}`);
    terminal.note(`wrote ${result.files.program}`);
    for (const key of result.addedConfiguration ?? []) {
      terminal.out(`added the secret \`${key}\` to the stack's configuration`);
    }
  } else {
    terminal.out(`${count} to import`);
    for (const [purpose, file] of Object.entries(result.files)) {
      terminal.out(`  wrote ${file}: ${purposes[purpose]}`);
    }
    terminal.out("\nNext, run");
    for (const command of result.commands) terminal.out(`  ${command}`);
  }
  // The commands above enter the project's directory.
  const directory = result.performed ? cwd : ".";
  for (const line of joiningLines(result, { directory, name: stack }, protect)) terminal.out(line);
}

/** How the program comes to declare them, and how to check that. */
function joiningLines(
  { files, programLine, sectionsToMerge = [] }: ImportResult,
  on: CommandStack,
  protect: boolean,
): string[] {
  const options = stackOptions(on);
  const before = `before the next \`pulumi up${options}\`:`;
  return [
    "",
    ...(programLine === undefined
      ? [
          `Copy the sections of ${files.program} into Pulumi.yaml ${before}`,
          sectionsToMerge.length === 0
            ? `  ${on.directory === "." ? "" : `cd ${shellWord(on.directory)} && `}cat ${shellWord(files.program ?? "")} >> Pulumi.yaml`
            : `  Pulumi.yaml already has ${listed(sectionsToMerge.map((name) => `\`${name}:\``))}: copy the entries under it.`,
        ]
      : [`Add this line to your program ${before}`, `  ${programLine}`]),
    "",
    "The resources are protected: without this, `pulumi up` fails and deletes nothing. Do not run `pulumi state unprotect`:",
    "`pulumi up` would then delete the integrations at Pinterest.",
    `To check: \`pulumi preview --expect-no-changes${options}\`.${protect ? "" : " It shows `~protect`, because the next update removes the protection."}`,
    `Then run \`pulumi up --refresh${options}\`. Later previews also check the imported integrations for drift.`,
  ];
}

function tellFailures({ failedAccounts, refused }: ImportResult, terminal: Terminal): void {
  for (const { account, reason } of failedAccounts) {
    terminal.note(`error: ${accountInWords(account ?? undefined)} could not be listed: ${reason}`);
  }
  if (failedAccounts.length > 0) {
    terminal.note("Fix this, then run the same command again.");
  }
  if (refused.length > 0) {
    terminal.note(
      `error: ${refused.length === 1 ? "an id cannot be imported" : `${refused.length} ids cannot be imported`}, so nothing was written:`,
    );
    for (const { externalBusinessId, reason } of refused)
      terminal.note(`  ${shownId(externalBusinessId)} ${reason}`);
  }
}
