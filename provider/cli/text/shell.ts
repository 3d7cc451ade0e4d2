import { shellWord } from "../../process/shell-word";
import { escapeHidden, visible } from "./visible";

/** The same for text from outside: what does not show is written as an escape, which bash and zsh know. */
export function visibleShellWord(text: string): string {
  if (visible(text) === text) {
    return shellWord(text);
  }
  const escaped = escapeHidden(text.replace(/[\\']/g, "\\$&"), (code) =>
    code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`,
  );
  return `$'${escaped}'`;
}
