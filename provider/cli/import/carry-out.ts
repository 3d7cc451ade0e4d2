import { rmSync } from "node:fs";
import type { OpenStack } from "../stack/stack";
import type { Terminal } from "../terminal";
import { importFileOf } from "./import-file";
import { importCommands, importLine, programLanguage } from "./next-steps";
import { importOnStack, mergedSecrets, setSecrets } from "./on-stack";
import type { ImportOptions } from "./options";
import { assertAbsent, assertNotInUse, type OutputFile, writeFiles } from "./output-files";
import type { Places } from "./places";
import type { PlannedImport } from "./plan";
import { programOf } from "./program-text";
import type { ImportResult } from "./result";
import { partnerSecretsOf } from "./secrets-config";

/** What an import writes to, and what it leads to. */
export interface Undertaking {
  readonly plans: readonly PlannedImport[];
  readonly places: Places;
  /** Undefined where there is none. */
  readonly stack: OpenStack | undefined;
  /** Names of the resources that the stack manages. */
  readonly managed: readonly string[];
  /** Is called as soon as the listing is good for nothing more: the files have all of it. */
  readonly onWritten: () => void;
}

type Outcome = Pick<ImportResult, "files" | "performed" | "commands" | "programLine">;

/** Writes the files, and with --run goes on to the stack. */
export async function carryOut(
  { plans, places, stack, managed, onWritten }: Undertaking,
  options: ImportOptions,
  terminal: Terminal,
): Promise<Outcome> {
  const { cwd, run = false } = options;
  const program = places.program.shown;
  const file = places.import.shown;
  const added = partnerSecretsOf(plans)?.value;
  const secrets = added === undefined ? undefined : await mergedSecrets(stack, added);
  const language = programLanguage(cwd, program);
  const files: OutputFile[] = [
    { ...places.import, text: `${JSON.stringify(importFileOf(plans), undefined, 2)}\n`, secret: true },
    { ...places.program, text: programOf(plans, { language }), secret: false },
    ...(secrets === undefined || run ? [] : [{ ...places.secrets, text: `${secrets}\n`, secret: true }]),
  ];
  if (!options.overwrite) assertAbsent(files);
  assertNotInUse(places.program, managed);
  writeFiles(files);
  const programLine = importLine(cwd, program);
  const secretsFile = secrets === undefined ? undefined : places.secrets.shown;
  // Until the program declares them, an update that does not would delete live connections.
  const steps = { cwd, stack: options.stack, file, secretsFile, protect: true };
  if (stack !== undefined && run) {
    if (secrets !== undefined) await setSecrets(stack, secrets);
    onWritten();
    const toGoOn = importCommands({ ...steps, secretsFile: undefined });
    await importOnStack(stack, { file: places.import.path, protect: true, toGoOn }, terminal);
    // It has done its work, and holds secrets in clear.
    rmSync(places.import.path, { force: true });
    return { files: { program }, performed: true, commands: [], programLine };
  }
  onWritten();
  return {
    files: { import: file, program, ...(secretsFile === undefined ? {} : { secrets: secretsFile }) },
    performed: false,
    commands: importCommands(steps),
    programLine,
  };
}
