import { isNotFound, isOwnedByAnother, type PinterestClient } from "../pinterest";
import type { Integration } from "../pinterest/integration";
import type { Inputs, Outputs, ProviderInputs } from "./bags";
import { explainMove, messageOf } from "./messages";

/**
 * Refuses an update whose account is another one than state knows, unless that account holds the same integration
 * (another name or token of the same owner).
 */
export async function checkMove(client: PinterestClient, previous: Outputs, inputs: Inputs): Promise<void> {
  if (previous.account === inputs.account && previous.providerName === inputs.providerName) {
    return;
  }
  const { externalBusinessId } = inputs;
  const refuse = (answer: string) =>
    new Error(explainMove(externalBusinessId, place(previous), place(inputs), answer));
  let live: Integration;
  try {
    live = await client.getCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) {
      throw refuse("the new account has no such integration.");
    }
    throw isOwnedByAnother(error)
      ? refuse(`the new account may not access it (${messageOf(error)}).`)
      : error;
  }
  const isKnown = (name: "connectedUserId" | "integrationId") =>
    live[name] !== undefined && previous[name] !== undefined;
  // The same owner may have recreated it under another integration ID.
  const name = isKnown("connectedUserId") ? "connectedUserId" : "integrationId";
  if (isKnown(name) && live[name] !== previous[name]) {
    throw refuse("the new account has another integration with this external business ID.");
  }
}

function place({ account, providerName }: ProviderInputs): string {
  const provider = providerName === undefined ? "the default provider" : `provider '${providerName}'`;
  return account === undefined ? provider : `account '${account}' of ${provider}`;
}
