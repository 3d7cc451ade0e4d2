import { isNotFound, isOwnedByAnother, type PinterestClient } from "../api";
import type { Integration } from "../api/integration";
import type { Inputs, Outputs, ProviderInputs } from "./bags";
import { explainMove, messageOf } from "./messages";
import { isSame } from "./ownership";

/**
 * Refuses an update whose account is another one than state knows, unless that account holds the same integration
 * (another name or token of the same owner).
 */
export async function checkMove(client: PinterestClient, previous: Outputs, inputs: Inputs): Promise<void> {
  const { externalBusinessId, account, providerName } = inputs;
  if (previous.account === account && previous.providerName === providerName) return;
  const refuse = (answer: string) =>
    new Error(explainMove(externalBusinessId, place(previous), place(inputs), answer));
  let live: Integration;
  try {
    live = await client.getCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) throw refuse("the new account has no such integration.");
    throw isOwnedByAnother(error)
      ? refuse(`the new account may not access it (${messageOf(error)}).`)
      : error;
  }
  if (isSame({ ...live, externalBusinessId, account, providerName }, previous) === false)
    throw refuse("the new account has another integration with this external business ID.");
}

function place({ account, providerName }: ProviderInputs): string {
  const provider = providerName === undefined ? "the default provider" : `provider '${providerName}'`;
  return account === undefined ? provider : `account '${account}' of ${provider}`;
}
