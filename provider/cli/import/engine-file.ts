import { readFileSync } from "node:fs";
import { shellWord } from "../../process/shell-word";
import { isIntegrationType } from "../../stacks/integration-types";
import { CommandError } from "../command-error";

/** An entry of a file that `pulumi preview --import-file` wrote. What else it holds is kept. */
export interface EngineEntry {
  readonly type: string;
  /** Unique in the file; the resource's name too, unless that stands in `logicalName`. */
  readonly name: string;
  readonly logicalName?: string;
  /** The name in the file, or in the table of names, of the parent. */
  readonly parent?: string;
  readonly provider?: string;
  readonly [key: string]: unknown;
}

/** What `pulumi preview --import-file` writes. */
export interface EngineFile {
  readonly resources: readonly EngineEntry[];
  /** URNs of what is in state already, by the names that entries use. */
  readonly nameTable?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** @throws CommandError that says what is wrong with the file. */
export function readEngineFile(path: string, shown: string, options = ""): EngineFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new CommandError(
      `${shown} cannot be read: make it with \`pulumi preview --import-file ${shellWord(shown)}${options}\` first`,
    );
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {}
  if (!isEngineFile(file)) {
    throw new CommandError(
      `${shown} is not what \`pulumi preview --import-file\` writes: it has no list of resources with a type and a name each`,
    );
  }
  return file;
}

function isEngineFile(file: unknown): file is EngineFile {
  const { resources } = (file ?? {}) as { resources?: unknown };
  return (
    Array.isArray(resources) &&
    resources.every(
      (entry: Partial<EngineEntry> | null) =>
        typeof entry?.type === "string" && typeof entry.name === "string",
    )
  );
}

export function isIntegrationEntry({ type }: EngineEntry): boolean {
  return isIntegrationType(type);
}

/** The end of an entry's URN, from its types on, which is the same for no other of the file. */
export function urnEndOf(file: EngineFile, entry: EngineEntry): string {
  return `${typesOf(file, entry)}::${entry.logicalName ?? entry.name}`;
}

/** The end of a URN, as {@link urnEndOf} gives it. */
export function endOf(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** A URN holds the types of all that a resource stands in, but for the stack. */
function typesOf(file: EngineFile, { type, parent }: EngineEntry, depth = 0): string {
  if (parent === undefined || depth > 100) return type;
  const known = file.nameTable?.[parent];
  const above = file.resources.find(({ name }) => name === parent);
  if (known !== undefined) {
    const types = known.split("::")[2] ?? "";
    return types === "pulumi:pulumi:Stack" ? type : `${types}$${type}`;
  }
  return above === undefined ? type : `${typesOf(file, above, depth + 1)}$${type}`;
}
