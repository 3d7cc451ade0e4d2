import { isNotFound, isOwnedByAnother, type PinterestClient, type PinterestError } from "../api";
import { type Bag, pick } from "../base/bag";
import { accountInWords, messageOf } from "../base/message-text";
import { DeploymentError } from "../run/failure";
import { placeOf } from "../run/identity";
import { compareIntegrations } from "../run/ownership";
import { postIntegration } from "./create";
import { explainMove } from "./messages";
import {
  bagFromOutputs,
  type Inputs,
  identityOf,
  inputsFromBag,
  type Outputs,
  outputsFromBag,
  PartialFailure,
  type ProviderInputs,
} from "./outputs";
import { writeChanges } from "./patch";
import type { Session } from "./session";
import { readUntil } from "./stale-reads";

/**
 * Sends the fields that differ from state, clears or releases those that were removed from the program, and recreates an integration that
 * is missing. Returns the outputs.
 */
export async function updateIntegration(
  id: string,
  previous: Bag,
  news: Bag,
  session: Session,
  urn?: string,
): Promise<Bag> {
  session.listings.exclude(id);
  const known = outputsFromBag({ ...previous, externalBusinessId: id });
  const inputs = inputsFromBag(news);
  const client = session.client(inputs.account);
  await checkMove(client, known, inputs, session);
  const outputs = await writeChanges(client, known, inputs, session).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return recreate(client, known, inputs, session, error);
  });
  session.ledger.record("held", identityOf(outputs, urn));
  return bagFromOutputs(outputs);
}

/** Creates an integration that a write did not find, if a read does not find it either. A 404 can come from something other than Pinterest. */
async function recreate(
  client: PinterestClient,
  known: Outputs,
  inputs: Inputs,
  session: Session,
  notFound: PinterestError,
): Promise<Outputs> {
  const { externalBusinessId } = inputs;
  const find = () => client.findCommerceIntegration(externalBusinessId);
  const isConfirmed =
    notFound.operation === "getCommerceIntegration" ||
    (await readUntil(find, (live) => live === undefined, session)) === undefined;
  if (!isConfirmed) throw notFound;
  session.notify(
    known.integrationId === undefined
      ? `integration '${externalBusinessId}' was not created by an earlier update; it is created now`
      : `integration '${externalBusinessId}' was missing at Pinterest; it is recreated`,
    inputs,
  );
  const withUid = (outputs: Outputs) => ({ ...outputs, ...pick(known, ["uid"]) });
  try {
    return withUid(await postIntegration(client, inputs, session, { staleId: known.integrationId }));
  } catch (error) {
    throw error instanceof PartialFailure ? new PartialFailure(error, withUid(error.outputs)) : error;
  }
}

/**
 * Refuses a change of the account, except if the new account has the same integration: it may be another name or token of the same owner.
 */
async function checkMove(
  client: PinterestClient,
  previous: Outputs,
  inputs: Inputs,
  { wording }: Session,
): Promise<void> {
  const { externalBusinessId, account, providerName } = inputs;
  if (previous.account === account && previous.providerName === providerName) return;
  const move = { from: placeInWords(previous), to: placeInWords(inputs) };
  const refusal = (finding: string) =>
    new DeploymentError("account-change", explainMove(externalBusinessId, move, finding, wording));
  const live = await client.findCommerceIntegration(externalBusinessId).catch((error: unknown) => {
    throw isOwnedByAnother(error)
      ? refusal(`the new account may not access it (${messageOf(error)}).`)
      : error;
  });
  if (live === undefined) throw refusal("the new account has no such integration.");
  if (compareIntegrations({ ...live, ...placeOf(inputs) }, previous) === "different") {
    throw refusal("the new account has another integration with this external business ID.");
  }
}

function placeInWords({ account, providerName }: ProviderInputs): string {
  const provider = providerName === undefined ? "the default provider" : `provider '${providerName}'`;
  return account === undefined ? provider : `${accountInWords(account)} of ${provider}`;
}
