import { ownCommand } from "../../provider/api/own-package";
import { fullKey } from "../../provider/config/keys";
import type { StackReport } from "../check/report";
import type { OpenStack } from "../stack/stack";
import { stackOptions } from "../text/shell";

/** The source of the intended values, and the commands that deploy them. */
export interface Source {
  /** What contains the values: "program" or "merchant list". */
  readonly noun: string;
  /** Its plural, for reports of several stacks. */
  readonly nouns: string;
  /** What it declares: "integration" or "merchant". */
  readonly item: string;
  /** The command that overwrites drift of a stack with the intended values. Omitted if the report must not advise it. */
  readonly fix?: (stack: StackReport) => string;
  /** The command that deploys pending changes. */
  readonly deploy: (stack: StackReport) => string;
  /** Whether Markdown is for a pull request, so that it advises to merge instead of to run commands. @default false */
  readonly deployedByMerge?: boolean;
  /** The command that checks for drift. */
  readonly checkCommand: string;
  /** How to compare tokens and e-mail too, in Markdown. */
  readonly compareSecrets: string;
  /** A sentence about merchants who revoked access for good, if there is something to do. */
  readonly afterRevocation?: string;
}

/**
 * The programs of stacks, for a check outside of a fleet.
 *
 * @param opened these stacks. Commands for the selected stack of the current directory are short.
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
    item: "integration",
    fix: (stack) => `${ownCommand} drift --fix${options(stack)}`,
    deploy: (stack) => `pulumi up${options(stack)}`,
    checkCommand: "pulumi-pinterest drift",
    compareSecrets: `\`${fullKey("compareSecrets")}\``,
  };
}
