import { ownCommand } from "../../provider/base/own-package";
import { shellOption, stackOptions, visibleShellWord } from "../../provider/base/shell";
import { shownId, visible } from "../../provider/base/visible";
import { problemWithId } from "../../provider/lifecycle/check";
import type { StackReport, UnmanagedIntegration } from "../../stack/report";

/** The remedies for findings. */
export interface Advice {
  /** Sentences with commands in backticks. */
  readonly remedies?: readonly string[];
  /** The command that imports the integrations, to copy. */
  readonly importCommand?: string;
}

/** Introduces the command, which could otherwise import an integration into a second stack. */
export const importIntroduction = "If no other stack manages them, you can import them:";

/** With more integrations, the command does not name each. */
const namedAtMost = 20;

export function importAdvice(
  { directory, stack }: StackReport,
  integrations: readonly UnmanagedIntegration[],
): Advice {
  const [{ account, provider }] = integrations as [UnmanagedIntegration];
  const onStack = stackOptions({ directory, name: stack });
  if (provider !== undefined) {
    const remedy =
      `To manage them, declare them in the program with the provider '${visible(provider)}'. ` +
      `Then run \`${ownCommand} preflight${onStack}\` to list Pinterest's values, and copy them into the program.`;
    return { remedies: [remedy] };
  }
  const ids = integrations.flatMap(({ externalBusinessId }) => externalBusinessId ?? []);
  const valid = ids.filter((id) => problemWithId(id) === undefined);
  const invalid = ids.filter((id) => problemWithId(id) !== undefined);
  const remedies = invalid.map((id) => `Cannot be imported: \`${shownId(id)}\` ${problemWithId(id)}.`);
  if (valid.length === 0) {
    const remedy =
      invalid.length > 0
        ? "A program cannot declare their IDs, so they stay unmanaged."
        : "They have no external business ID, so they cannot be imported.";
    return { remedies: [remedy, ...remedies] };
  }
  const ofAccount = account === undefined ? "" : ` ${shellOption("--account", account)}`;
  const command = `${ownCommand} import${ofAccount}${onStack}`;
  if (valid.length > namedAtMost) {
    const remedy = `To import those that no other stack manages, run \`${command}\`, followed by their IDs. If no other stack manages any, add \`--all\` instead.`;
    return { remedies: [remedy, ...remedies] };
  }
  // An ID that starts with a dash would be an option.
  const separator = valid.some((id) => id.startsWith("-")) ? ["--"] : [];
  return { remedies, importCommand: [command, ...separator, ...valid.map(visibleShellWord)].join(" ") };
}
