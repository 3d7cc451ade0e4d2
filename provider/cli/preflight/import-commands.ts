import { ownCommand } from "../../own-command";
import { importArguments } from "../stack/import-arguments";
import { stackOptions, visibleShellWord } from "../text/shell";

const file = "pinterest-import.json";

/**
 * The commands that bring what would be refused under management as it is, for all of it together. To import by id would make a
 * resource of another name than the program's; the engine's own list of what is to be made has the program's names and providers.
 */
export function importCommands({ directory, stack }: { directory: string; stack: string }): string[] {
  const onStack = stackOptions({ directory: ".", name: stack });
  return [
    ...(directory === "." ? [] : [`cd ${visibleShellWord(directory)}`]),
    `pulumi preview --import-file ${file}${onStack}`,
    `${ownCommand} import --fill ${file}${onStack}`,
    `pulumi ${importArguments(file, false).join(" ")}${onStack}`,
    // It holds partner tokens in clear.
    `rm ${file}`,
  ];
}
