import { ownCommand } from "../../../provider/api/own-package";
import { fullKey } from "../../../provider/config/keys";
import type { StackReport } from "../../look/report";
import type { OpenStack } from "../../stacks/stack";
import { stackOptions } from "../../text/shell";

/** The source of the intended values, and the commands that deploy them. */
export interface Source {
  /** What contains the values: "program" or "merchant list". */
  readonly noun: string;
  /** What a report of several stacks has in place of it: "programs". */
  readonly nouns: string;
  /** The command that overwrites drift of a stack with the intended values. */
  readonly fix: (stack: StackReport) => string;
  /** The command that deploys what has changed there. */
  readonly bringUp: (stack: StackReport) => string;
  /** Whether Markdown is for a pull request, so that it advises to merge instead of to run commands. @default false */
  readonly deployedByMerge?: boolean;
  /** The command that looks for drift, by its name alone. */
  readonly look: string;
  /** What has tokens and e-mail compared too; in Markdown. */
  readonly compareSecrets: string;
  /** What is to be done about merchants who took access back for good, where there is something; a sentence. */
  readonly afterRevocation?: string;
}

/**
 * The programs of stacks, for a check outside a fleet.
 *
 * @param opened those stacks, of which the selected one of the current directory has short commands.
 */
export function ofPrograms(
  opened: readonly Pick<OpenStack, "directory" | "name" | "isSelected">[] = [],
): Source {
  const options = ({ directory, stack: name }: StackReport) =>
    stackOptions(
      opened.find((one) => one.directory === directory && one.name === name) ?? { directory, name },
    );
  return {
    noun: "program",
    nouns: "programs",
    fix: (stack) => `${ownCommand} drift --fix${options(stack)}`,
    bringUp: (stack) => `pulumi up${options(stack)}`,
    look: "pulumi-pinterest drift",
    compareSecrets: `\`${fullKey("compareSecrets")}\``,
  };
}
