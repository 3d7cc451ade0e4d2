import { isOwnedByAnother } from "../api";
import { type Adoption, adopted } from "./adopted";
import type { Inputs } from "./bags";
import { find } from "./find";
import { explainOwnedByAnother } from "./messages";
import type { Surroundings } from "./session";

/** Which integration to import. */
export type ImportPlace = Pick<Inputs, "externalBusinessId" | "account" | "providerName">;

/**
 * State for an integration that is at Pinterest and comes under management as it is; nothing where there is none. Partner tokens and
 * e-mail, which this answer of Pinterest's does not show, are not managed by it.
 */
export async function importExisting(
  { externalBusinessId, account, providerName }: ImportPlace,
  surroundings: Surroundings,
): Promise<Adoption | undefined> {
  try {
    const live = await find(surroundings.client(account), externalBusinessId);
    return live && adopted({ ...live, externalBusinessId }, { account, providerName });
  } catch (error) {
    throw isOwnedByAnother(error) ? new Error(explainOwnedByAnother(externalBusinessId, error)) : error;
  }
}
