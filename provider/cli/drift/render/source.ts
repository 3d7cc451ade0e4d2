import { fullKey } from "../../../configuration/keys";
import { ownCommand } from "../../../own-command";

/** Where it is written down what Pinterest is to hold, and the commands that bring it there. */
export interface Source {
  /** What it is written down in: "program". */
  readonly noun: string;
  /** What a report of several stacks has in place of it: "programs". */
  readonly nouns: string;
  /** Writes over drift what is written down. */
  readonly heal: string;
  /** Brings up what has changed there. */
  readonly bringUp: string;
  /** Looks for drift. */
  readonly look: string;
  /** What has tokens and e-mail compared too; in Markdown. */
  readonly compareSecrets: string;
  /** What is to be done about merchants who took access back for good, where there is something; a sentence. */
  readonly afterRevocation?: string;
}

/** The programs of stacks that are looked at by themselves. */
export const ofProgram: Source = {
  noun: "program",
  nouns: "programs",
  heal: `${ownCommand} drift --heal`,
  bringUp: "pulumi up",
  look: `${ownCommand} drift`,
  compareSecrets: `\`${fullKey("compareSecrets")}\``,
};
