import type { ProgramLanguage } from "./language";
import type { PlannedImport } from "./plan";

export interface ProgramTextOptions {
  readonly language: ProgramLanguage;
  /** The command that the text's first line names as its maker, without secrets; `pulumi-pinterest import` by default. */
  readonly command?: string;
}

/** The text of a program that declares these integrations, one after the other, in the order of their names. Holds no secret. */
export function programOf(plans: readonly PlannedImport[], options: ProgramTextOptions): string {
  throw new Error(`not there yet: ${plans.length} ${options.language}`);
}
