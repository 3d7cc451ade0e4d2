import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "../../process/shell-word";
import { importArguments } from "../stack/import-arguments";
import { stackOptions } from "../text/shell";
import { languageOf, type ProgramLanguage } from "./language";

/** What is left to do once the files are written. */
export interface Steps {
  /** The project's directory, as it was given. */
  readonly cwd: string;
  /** The stack, where it was named. */
  readonly stack: string | undefined;
  readonly file: string;
  /** The file of partner secrets, where there are any. */
  readonly secretsFile: string | undefined;
  readonly protect: boolean;
}

/** Shell commands that perform an import from its files, in their order. */
export function importCommands({ cwd, stack, file, secretsFile, protect }: Steps): string[] {
  const onStack = stackOptions({ directory: ".", name: stack });
  return [
    ...(cwd === "." ? [] : [`cd ${shellWord(cwd)}`]),
    ...(secretsFile === undefined
      ? []
      : [`pulumi config set --secret partnerSecrets${onStack} < ${shellWord(secretsFile)}`]),
    `${["pulumi", ...importArguments(file, protect)].map(shellWord).join(" ")}${onStack}`,
    `rm ${[file, ...(secretsFile === undefined ? [] : [secretsFile])].map(shellWord).join(" ")}`,
  ];
}

/** How a program's file is written: by its name, where `.js` is what the project's package.json says of its files. */
export function programLanguage(directory: string, program: string): ProgramLanguage {
  return /\.js$/i.test(program) && isModuleProject(directory) ? "esm" : languageOf(program);
}

/** The line by which the project's program takes another file in; undefined where its language knows no such line. */
export function importLine(directory: string, program: string): string | undefined {
  if (programLanguage(directory, program) === "yaml") return undefined;
  const path = /^\.{0,2}\//.test(program) ? program : `./${program}`;
  if (programLanguage(directory, program) === "commonjs") return `require(${JSON.stringify(path)});`;
  const typescript = /\.([cm]?)ts$/i.exec(path);
  if (typescript === null) return `import ${JSON.stringify(path)};`;
  const [ending, letter = ""] = typescript;
  const stem = path.slice(0, -ending.length);
  return `import ${JSON.stringify(letter !== "" || isModuleProject(directory) ? `${stem}.${letter}js` : stem)};`;
}

function isModuleProject(directory: string): boolean {
  try {
    const description = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
      type?: unknown;
    };
    return description.type === "module";
  } catch {
    return false;
  }
}
