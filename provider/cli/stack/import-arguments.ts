/** The engine's arguments for an import. No code is generated: the program is written already, and for want of a schema that would be an error. */
export function importArguments(file: string, protect: boolean): string[] {
  return ["import", "--file", file, "--generate-code=false", `--protect=${protect}`];
}
