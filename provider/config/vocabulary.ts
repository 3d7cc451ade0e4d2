import { type Commands, pulumiCommands } from "../api";
import { ownCommand } from "../base/own-package";

/** The place in which users declare integrations: a program, or the merchant list of a fleet. */
export type DeclaredIn = "program" | "merchant list";

/** The words and commands of a user, for messages. */
export interface Vocabulary {
  /** The noun for the place of the declarations. */
  readonly noun: DeclaredIn;
  /** The noun for one declaration. */
  readonly entry: string;
  /** The noun for a declared integration in a report. */
  readonly item: string;
  readonly commands: Commands;
}

export const vocabularies: Readonly<Record<DeclaredIn, Vocabulary>> = {
  program: {
    noun: "program",
    entry: "resource",
    item: "integration",
    commands: pulumiCommands,
  },
  "merchant list": {
    noun: "merchant list",
    entry: "merchant",
    item: "merchant",
    commands: { update: `${ownCommand} fleet up`, partOption: "--shard" },
  },
};
