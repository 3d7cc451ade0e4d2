import { existsSync } from "node:fs";
import { basename, join, parse, resolve } from "node:path";
import { UsageError } from "../command-error";
import { isNodeProject, type ProjectFile } from "../stack/project-file";
import type { ImportOptions } from "./options";
import { declaredIn, type OutputFile } from "./output-files";

const defaultFile = "pinterest-import.json";
const defaultProgram = "pinterest-integrations.ts";
const defaultYamlProgram = "pinterest-integrations.yaml";

export type Place = Pick<OutputFile, "path" | "shown">;

/** Where an import writes. */
export interface Places {
  readonly import: Place;
  readonly program: Place;
  readonly secrets: Place;
  /** Why files have other names than the usual ones, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Paths are taken from the project's directory, as Pulumi takes them. A file that is not named has its usual name, or where that is
 * taken the next free one: the program of an earlier import stays in use, and an import file may not have been imported yet. With
 * --overwrite all names are free but those of programs in use.
 *
 * @param managed names of the resources that the stack manages.
 * @throws UsageError when two files have one name, or the program that of the project's own file.
 */
export function placesOf(
  { cwd, file, program, overwrite = false }: Pick<ImportOptions, "cwd" | "file" | "program" | "overwrite">,
  managed: readonly string[] = [],
  project: Pick<ProjectFile, "runtime"> = {},
): Places {
  const usualProgram = isNodeProject(project) ? defaultProgram : defaultYamlProgram;
  const place = (shown: string): Place => ({ shown, path: resolve(cwd, shown) });
  const named = new Set([file, program].flatMap((shown) => (shown === undefined ? [] : [place(shown).path])));
  const isFree = (shown: string) =>
    !named.has(place(shown).path) && (overwrite || !existsSync(place(shown).path));
  const fileName = file ?? freeName(defaultFile, (shown) => isFree(shown) && isFree(secretsOf(shown)));
  const programName =
    program ??
    freeName(usualProgram, (shown) => isFree(shown) && declaredIn(place(shown).path, managed).length === 0);
  const places = {
    import: place(fileName),
    program: place(programName),
    secrets: place(secretsOf(fileName)),
  };
  if (new Set(Object.values(places).map(({ path }) => path)).size < 3) {
    throw new UsageError(
      `--file and --program need files of their own; both would write ${places.program.shown}`,
    );
  }
  if (/^Pulumi\.(ya?ml|json)$/i.test(basename(programName))) {
    throw new UsageError(
      `${programName} is the project's own file: name another one with --program, and take its sections over`,
    );
  }
  const notes = [
    ...(file === undefined && fileName !== defaultFile
      ? [
          `the import file is ${fileName}, since ${defaultFile} or its file of secrets is there already. If that is still to be imported, do so first, then give this command again: the configuration that a file of secrets sets replaces the one before`,
        ]
      : []),
    ...(program === undefined && programName !== usualProgram
      ? [`the program is ${programName}, since ${usualProgram} is there already and stays as it is`]
      : []),
  ];
  return { ...places, notes };
}

/** The file of partner secrets is beside the import file. */
function secretsOf(file: string): string {
  const { dir, name } = parse(file);
  return join(dir, `${name}-secrets.json`);
}

/** The name, or the first of its numbered ones that is free: `a.ts`, `a-2.ts`, `a-3.ts`, … */
function freeName(usual: string, isFree: (shown: string) => boolean): string {
  const { name, ext } = parse(usual);
  let shown = usual;
  for (let number = 2; !isFree(shown); number++) shown = `${name}-${number}${ext}`;
  return shown;
}
