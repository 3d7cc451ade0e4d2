import type { ImportPlace } from "../lifecycle";
import { shellWord } from "../process/shell-word";
import { importId } from "./import-id";
import { integrationType } from "./tokens";

/** A shell command that brings an integration under management as it is. */
export function importCommand(place: ImportPlace): string {
  // No code is to be generated: the program has it.
  return `  pulumi import ${integrationType} NAME ${shellWord(importId(place))} --generate-code=false`;
}
