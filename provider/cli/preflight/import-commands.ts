import { shellQuoted } from "../drift/render/import-command";

const file = "pinterest-import.json";

/**
 * The commands that bring what would be refused under management as it is, for all of it together. To import by id would make a
 * resource of another name than the program's; the engine's own list of what is to be made has the program's names and providers.
 */
export function importCommands({ directory, stack }: { directory: string; stack: string }): string[] {
  const where = [
    ...(directory === "." ? [] : ["--cwd", shellQuoted(directory)]),
    "--stack",
    shellQuoted(stack),
  ];
  const at = where.join(" ");
  return [
    `pulumi preview --import-file ${file} ${at}`,
    `pulumi-pinterest import --fill ${file} ${at}`,
    `pulumi import --file ${file} --generate-code=false ${at}`,
  ];
}
