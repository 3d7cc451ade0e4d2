import { accountInWords } from "../../pinterest/credentials/notices";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import type { FoundIntegration } from "./plan";
import { shownId } from "./words";

/** Lets the person at the terminal tick integrations of a list. */
export type Ask = (found: readonly FoundIntegration[]) => Promise<readonly FoundIntegration[]>;

/** @throws CommandError when the person leaves by Ctrl-C. */
export const askAtTerminal: Ask = async (found) => {
  const { default: checkbox } = await import("@inquirer/checkbox");
  try {
    return await checkbox(
      {
        message: "Which integrations are to be imported?",
        choices: [...found].sort(byId).map((value) => ({ value, name: line(value), short: shortly(value) })),
        pageSize: 15,
        loop: false,
        required: true,
      },
      { output: process.stderr },
    );
  } catch (error) {
    if ((error as Error).name === "ExitPromptError") {
      throw new CommandError("nothing was chosen, and nothing was written", exitCodes.interrupted);
    }
    throw error;
  }
};

function byId(left: FoundIntegration, right: FoundIntegration): number {
  return left.integration.externalBusinessId < right.integration.externalBusinessId ? -1 : 1;
}

function shortly({ integration }: FoundIntegration): string {
  return shownId(integration.externalBusinessId);
}

function line({ account, integration }: FoundIntegration): string {
  const { connectedMerchantId: merchant, connectedTagId: tag } = integration;
  const facts = [
    ...(account === undefined ? [] : [accountInWords(account)]),
    ...(merchant === undefined ? [] : [`merchant ${shownId(merchant)}`]),
    ...(tag === undefined ? [] : [`tag ${shownId(tag)}`]),
  ];
  return [shownId(integration.externalBusinessId), ...facts].join("  ");
}
