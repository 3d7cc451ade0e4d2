import { problemWithId } from "../../../lifecycle/validate";
import type { StackReport } from "../../../look/report";
import { ownCommand } from "../../../own-command";
import { shellOption, stackOptions, visibleShellWord } from "../../text/shell";
import { visible } from "../../text/visible";
import type { UnmanagedGroup } from "./grouped";

/** Beyond this, a command that names each is no longer one to read. */
const namedAtMost = 20;

/** An id that no program can give, and why, as the end of a sentence that begins with it. */
export interface UnfitId {
  readonly id: string;
  readonly problem: string;
}

/** The ids of a group that the command does not name, since import refuses them. */
export function unfitIds({ integrations }: UnmanagedGroup): UnfitId[] {
  return integrations.flatMap(({ externalBusinessId: id }) => {
    const problem = id === undefined ? undefined : problemWithId(id);
    return id === undefined || problem === undefined ? [] : [{ id, problem }];
  });
}

/** How integrations that nothing manages are brought under management: a command, or where there is none, what to do. */
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
          ? "No program can give their ids, so they stay at Pinterest as they are, unless Pinterest or their owner gives them others."
          : "They have no external business id, by which integrations are imported, so they stay at Pinterest as they are.",
    };
  }
  // To import all would take what another stack manages as well.
  const names = ids.length > namedAtMost && soleStack ? undefined : ids;
  return {
    command: [
      importCommand(group, names === undefined ? " --all" : ""),
      // A dash at the beginning of an id would make an option of it.
      ...(names?.some((id) => id.startsWith("-")) ? ["--"] : []),
      ...(names ?? []).map(visibleShellWord),
    ].join(" "),
  };
}

/** The command that imports integrations of the group, without their ids. */
export function importCommand({ stack, account }: UnmanagedGroup, which = ""): string {
  const ofAccount = account === undefined ? "" : ` ${shellOption("--account", account)}`;
  return `${ownCommand} import${which}${ofAccount}${optionsOf(stack)}`;
}

function optionsOf({ directory, stack: name }: StackReport): string {
  return stackOptions({ directory, name });
}
