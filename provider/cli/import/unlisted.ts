import type { Clients } from "../../configuration";
import { isNotFound, isOwnedByAnother } from "../../pinterest";
import { accountInWords } from "../../pinterest/credentials/notices";
import { inParallel } from "../../pinterest/in-parallel";
import type { FoundIntegration } from "./plan";

/** What Pinterest says of an integration that no account lists. */
export type Asked =
  | { readonly found: FoundIntegration; readonly reason?: undefined }
  | { readonly found?: undefined; readonly reason: string };

const asksAtOnce = 8;

/**
 * Asks accounts for an integration by its id, which tells one that is not there from another account's.
 *
 * @returns where it is, since lists may lag behind; or why it cannot be had, as the end of a sentence that begins with the id.
 */
export async function askFor(
  externalBusinessId: string,
  accounts: readonly (string | undefined)[],
  clients: Pick<Clients, "client">,
): Promise<Asked> {
  const answers = await inParallel(accounts, asksAtOnce, async (account) => {
    try {
      const integration = await clients.client(account).getCommerceIntegration(externalBusinessId);
      return { found: { account, integration: { ...integration, externalBusinessId } } };
    } catch (error) {
      return { error };
    }
  });
  const found = answers.find((answer) => answer.found !== undefined)?.found;
  if (found !== undefined) return { found };
  const errors = answers.map(({ error }) => error);
  const failure = errors.find((error) => !isNotFound(error) && !isOwnedByAnother(error));
  if (failure !== undefined) return { reason: `could not be asked for: ${(failure as Error).message}` };
  return {
    reason: errors.some(isOwnedByAnother)
      ? "belongs to another Pinterest account: choose that one with --account, or use its token"
      : `is not there: Pinterest knows no such integration of ${
          accounts.length === 1
            ? accountInWords(accounts[0])
            : `any of the ${accounts.length} accounts that were listed`
        }`,
  };
}
