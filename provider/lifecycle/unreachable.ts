import { isRefusedAccount } from "../pinterest/classify";
import { UnconfiguredAccount } from "../pinterest/credentials";
import { accountInWords } from "../pinterest/credentials/notices";
import { sentence } from "../pinterest/error-message";
import type { Outputs } from "./bags";
import { inShort, messageOf } from "./messages";
import { remedies } from "./remedies";
import type { Surroundings } from "./session";

/** Whether the whole account is out of reach, for want of a token or because Pinterest refuses it; not just the moment. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof UnconfiguredAccount || isRefusedAccount(error);
}

/** Says of accounts out of reach what is done in place of asking them. One object serves one process. */
export class UnreachableAccounts {
  readonly #notify: Surroundings["notify"];
  readonly #unread = new Map<string | undefined, number>();

  constructor({ notify }: Pick<Surroundings, "notify">) {
    this.#notify = notify;
  }

  /** Warns that an integration was not read: of the first of an account with the reason, then only how many there are. */
  warnOfKept({ externalBusinessId, account }: Outputs, error: unknown): void {
    const count = (this.#unread.get(account) ?? 0) + 1;
    this.#unread.set(account, count);
    if (count === 1) {
      this.#notify(
        `warning: integration '${externalBusinessId}' was not read, and is taken to be as state knows it, since ` +
          `${accountInWords(account)} is out of reach: ${sentence(messageOf(error))} The same goes for its other integrations.`,
      );
    } else if (/^10+$/.test(String(count))) {
      this.#notify(
        `warning: ${accountInWords(account)} is out of reach: ${count} integrations were not read so far`,
      );
    }
  }

  /** Warns that an integration leaves state only. */
  warnOfForgotten(previous: Outputs, error: unknown): void {
    const { externalBusinessId, integrationId, account } = previous;
    const number = integrationId === undefined ? "" : ` (number ${integrationId})`;
    this.#notify(
      `WARNING: integration '${externalBusinessId}'${number} was NOT deleted at Pinterest, only taken out of state, since ` +
        `${accountInWords(account)} is out of reach: ${sentence(inShort(error))} The connection may still live there: have its owner end ` +
        "it at Pinterest.",
      previous,
    );
  }
}

/** For a deletion that an account out of reach prevents: the ways out. */
export function explainUndeletable({ account }: Outputs, error: unknown): string {
  const { repeat, forgetUnreachable } = remedies();
  return (
    `${sentence(messageOf(error))}\nThe integration stays in state. Once ${accountInWords(account)} can be reached again, ${repeat}. ` +
    `If it never will be, ${forgetUnreachable}; the connection may then live on at Pinterest.`
  );
}
