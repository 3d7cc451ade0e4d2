import { importRecipe } from "../../lifecycle/remedies";
import { stackOptions, visibleShellWord } from "../text/shell";

/** Shell commands that import all integrations that the next update would refuse. */
export function importCommands({ directory, stack }: { directory: string; stack: string }): string[] {
  const onStack = stackOptions({ directory: ".", name: stack });
  return [...(directory === "." ? [] : [`cd ${visibleShellWord(directory)}`]), ...importRecipe(onStack)];
}
