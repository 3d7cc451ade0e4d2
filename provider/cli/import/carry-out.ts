import { rmSync } from "node:fs";
import type { FrontEnd } from "../../stacks/integration-types";
import type { OpenStack } from "../../stacks/stack";
import type { ProjectFile } from "../stack/project-file";
import type { Terminal } from "../terminal";
import { stackOptions } from "../text/shell";
import { importFileOf } from "./import-file";
import { importCommands, importLine, programLanguage } from "./next-steps";
import { importOnStack, type StackWork } from "./on-stack";
import type { ImportOptions } from "./options";
import { assertAbsent, assertNotInUse, type OutputFile, writeFiles } from "./output-files";
import type { Places } from "./places";
import type { PlannedImport } from "./plan";
import { programOf } from "./program-text";
import type { ImportResult } from "./result";
import { partnerSecretsKey, partnerSecretsOf } from "./secrets-config";
import { mergedSecrets } from "./stack-secrets";
import { sectionsIn, yamlProgramOf } from "./yaml-text";

/** What an import writes to, and what it leads to. */
export interface Undertaking {
  readonly plans: readonly PlannedImport[];
  readonly places: Places;
  /** Undefined where there is none. */
  readonly stack: OpenStack | undefined;
  readonly frontEnd: FrontEnd;
  readonly project: Pick<ProjectFile, "names" | "sections">;
  /** Names of the resources that the stack manages. */
  readonly managed: readonly string[];
}

/** What came of it. */
export interface CarriedOut {
  readonly outcome: Pick<
    ImportResult,
    "files" | "performed" | "commands" | "programLine" | "sectionsToMerge" | "addedConfiguration"
  >;
  /** Whether a signal came, though too late to keep anything from being done. */
  readonly interrupted: boolean;
}

/** Writes the files, and with --run goes on to the stack. */
export async function carryOut(
  { plans, places, stack, frontEnd, project, managed }: Undertaking,
  options: ImportOptions,
  terminal: Terminal,
): Promise<CarriedOut> {
  const { cwd, run = false } = options;
  const program = places.program.shown;
  const file = places.import.shown;
  const added = partnerSecretsOf(plans)?.value;
  const secrets = added === undefined ? undefined : await mergedSecrets(stack, added);
  const language = programLanguage(cwd, program);
  const text =
    language === "yaml"
      ? yamlProgramOf(plans, { present: project.names })
      : programOf(plans, { language, frontEnd });
  const files: OutputFile[] = [
    {
      ...places.import,
      text: `${JSON.stringify(importFileOf(plans, frontEnd), undefined, 2)}\n`,
      secret: true,
    },
    { ...places.program, text, secret: false },
    ...(secrets === undefined || run ? [] : [{ ...places.secrets, text: `${secrets}\n`, secret: true }]),
  ];
  if (!options.overwrite) assertAbsent(files);
  assertNotInUse(places.program, managed);
  writeFiles(files);
  const programLine = importLine(cwd, program);
  const joining =
    programLine === undefined ? { sectionsToMerge: sectionsIn(text, project.sections) } : { programLine };
  const secretsFile = secrets === undefined ? undefined : places.secrets.shown;
  // Until the program declares them, an update that does not would delete live connections.
  const steps = { cwd, stack: options.stack, file, secretsFile, protect: true };
  if (stack !== undefined && run) {
    const work: StackWork = {
      file: places.import.path,
      protect: true,
      names: plans.map(({ name }) => name),
      secrets,
      toGoOn: toGoOn(
        program,
        programLine,
        importCommands({ ...steps, secretsFile: undefined }),
        stackOptions(stack),
      ),
    };
    const { interrupted } = await importOnStack(stack, work, terminal);
    // It has done its work, and holds secrets in clear.
    rmSync(places.import.path, { force: true });
    const added = secrets === undefined ? {} : { addedConfiguration: [partnerSecretsKey] };
    return {
      outcome: { files: { program }, performed: true, commands: [], ...joining, ...added },
      interrupted,
    };
  }
  const outcome = {
    files: { import: file, program, ...(secretsFile === undefined ? {} : { secrets: secretsFile }) },
    performed: false,
    commands: importCommands(steps),
    ...joining,
  };
  return { outcome, interrupted: false };
}

function toGoOn(
  program: string,
  programLine: string | undefined,
  commands: readonly string[],
  options: string,
): string {
  const [joined, end] =
    programLine === undefined
      ? ["Take its sections into Pulumi.yaml", "."]
      : ["Add this line to the program", `:\n  ${programLine}`];
  return (
    `The files stay. ${joined} before the next \`pulumi up${options}\`, since ${program} declares the integrations${end}\n` +
    `What is imported by then stays as it is: once all is settled go on by\n${commands.map((command) => `  ${command}`).join("\n")}`
  );
}
