import { ownCommand } from "../../../provider/api/own-package";
import { problemWithId } from "../../../provider/lifecycle/check";
import type { StackReport } from "../../check/report";
import { shellOption, stackOptions, visibleShellWord } from "../../text/shell";
import { visible } from "../../text/visible";
import type { UnmanagedGroup } from "./grouped";

/** With more integrations, a command that names each would be too long. */
const namedAtMost = 20;

/** An ID that a program cannot give, and why, as the end of a sentence that begins with the ID. */
export interface UnfitId {
  readonly id: string;
  readonly problem: string;
}

/** The IDs of a group that the command omits, because `import` refuses them. */
export function unfitIds({ integrations }: UnmanagedGroup): UnfitId[] {
  return integrations.flatMap(({ externalBusinessId: id }) => {
    const problem = id === undefined ? undefined : problemWithId(id);
    return id === undefined || problem === undefined ? [] : [{ id, problem }];
  });
}

/** How to import unmanaged integrations: a command, or advice if no command can. */
export function howToImport(group: UnmanagedGroup): { readonly command?: string; readonly advice?: string } {
  const { stack, provider, integrations, soleStack } = group;
  if (provider !== undefined) {
    const onStack = optionsOf(stack);
    return {
      advice:
        `To manage them, declare them in the program with the provider '${visible(provider)}'. ` +
        `Then run \`${ownCommand} preflight${onStack}\` to list Pinterest's values, and copy them into the program.`,
    };
  }
  const unfit = new Set(unfitIds(group).map(({ id }) => id));
  const ids = integrations.flatMap(({ externalBusinessId: id }) =>
    id === undefined || unfit.has(id) ? [] : [id],
  );
  if (ids.length === 0) {
    return {
      advice:
        unfit.size > 0
          ? "A program cannot declare their IDs, so they stay unmanaged."
          : "They have no external business ID, so they cannot be imported.",
    };
  }
  // `--all` would also import integrations that another stack manages.
  const names = ids.length > namedAtMost && soleStack ? undefined : ids;
  return {
    command: [
      importCommand(group, names === undefined ? " --all" : ""),
      // An ID that starts with a dash would be an option.
      ...(names?.some((id) => id.startsWith("-")) ? ["--"] : []),
      ...(names ?? []).map(visibleShellWord),
    ].join(" "),
  };
}

/** The command that imports integrations of the group, without their IDs. */
export function importCommand({ stack, account }: UnmanagedGroup, which = ""): string {
  const ofAccount = account === undefined ? "" : ` ${shellOption("--account", account)}`;
  return `${ownCommand} import${which}${ofAccount}${optionsOf(stack)}`;
}

function optionsOf({ directory, stack: name }: StackReport): string {
  return stackOptions({ directory, name });
}
