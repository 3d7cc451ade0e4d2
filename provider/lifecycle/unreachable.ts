import { UnconfiguredAccount } from "../api/credentials";
import { accountInWords } from "../api/credentials/notices";
import { isRefusedAccount } from "../api/errors";
import { sentence } from "../api/message-text";
import type { Outputs } from "./bags";
import { inShort, messageOf } from "./messages";
import { remedies } from "./remedies";
import type { Surroundings } from "./session";

/** Whether the account has no token, or Pinterest refuses its token, scopes or standing. A later request has the same result. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof UnconfiguredAccount || isRefusedAccount(error);
}

/** Warns about integrations that were not read or deleted because their account is unreachable. One object serves one process. */
export class UnreachableAccounts {
  readonly #notify: Surroundings["notify"];
  readonly #unread = new Map<string | undefined, number>();

  constructor({ notify }: Pick<Surroundings, "notify">) {
    this.#notify = notify;
  }

  /** Warns that an integration was not read: for the first of an account with the reason, then with the number of them (10, 100 and so on). */
  warnOfKept({ externalBusinessId, account }: Outputs, error: unknown): void {
    const count = (this.#unread.get(account) ?? 0) + 1;
    this.#unread.set(account, count);
    if (count === 1) {
      this.#notify(
        `warning: integration '${externalBusinessId}' was not read, so its last known values are used, because ` +
          `${accountInWords(account)} cannot be accessed: ${sentence(messageOf(error))} This also applies to the account's other integrations.`,
      );
    } else if (/^10+$/.test(String(count))) {
      this.#notify(
        `warning: ${accountInWords(account)} cannot be accessed: ${count} integrations were not read so far`,
      );
    }
  }

  /** Warns that an integration was removed from state only. */
  warnOfForgotten(previous: Outputs, error: unknown): void {
    const { externalBusinessId, integrationId, account } = previous;
    const id = integrationId === undefined ? "" : ` (integration ID ${integrationId})`;
    this.#notify(
      `WARNING: integration '${externalBusinessId}'${id} was NOT deleted at Pinterest. It was only removed from state, because ` +
        `${accountInWords(account)} cannot be accessed: ${sentence(inShort(error))} If the integration still exists, its owner must end the ` +
        "connection at Pinterest.",
      previous,
    );
  }
}

/** The error of a deletion if the account is unreachable. */
export function explainUndeletable({ account }: Outputs, error: unknown): string {
  const { repeat, forgetUnreachable } = remedies();
  return (
    `${sentence(messageOf(error))}\nThe integration stays in state. When ${accountInWords(account)} has access again, ${repeat}. ` +
    `If it will not, ${forgetUnreachable}. The integration may then still exist at Pinterest.`
  );
}
