import type { PinterestClient } from "../api";
import type { Place } from "../lifecycle/outputs";
import { functions } from "../runtime/functions";
import { type Properties, withoutNulls } from "./property-values";

const separator = "::";

/**
 * Parses the ID of an import: `ID` for an integration of the default account, `ACCOUNT::ID` for one of a named account, `::ID` for an ID
 * of the default account that contains two colons.
 *
 * @throws Error if the part before the colons is not a configured account.
 */
export function importPlace(id: string, isAccount: (name: string) => boolean): Place {
  const first = id.indexOf(separator);
  if (first < 0) return { externalBusinessId: id };
  // The name of an account can contain colons too.
  for (let at = first; at >= 0; at = id.indexOf(separator, at + 1)) {
    const account = id.slice(0, at);
    const externalBusinessId = id.slice(at + separator.length);
    if (account === "") return { externalBusinessId };
    if (isAccount(account)) return { externalBusinessId, account };
  }
  throw new Error(
    `importing '${id}': '${id.slice(0, first)}' is not an account in \`pinterest:accounts\`. Use \`ID\`, \`ACCOUNT::ID\` for an ` +
      "integration of a named account, or `::ID` for an ID of the default account that contains two colons.",
  );
}

/** The ID with which an integration is imported. */
export function importId({ externalBusinessId, account = "" }: Place): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}

/** A resource that can be imported. */
export interface Importable {
  /** Its import ID. */
  readonly id: string;
  readonly name: string;
}

/**
 * Lists an account's integrations with the filters of getIntegrations.
 *
 * @param limit the maximum number of integrations, or 0 for all.
 * @throws Error if a filter is invalid or Pinterest refuses the request.
 */
export async function listIntegrations(
  { values }: Properties,
  limit: number,
  client: (account: string | undefined) => PinterestClient,
): Promise<Importable[]> {
  const { getIntegrations } = functions;
  const args = { ...withoutNulls(values), ...(limit > 0 ? { maxItems: limit } : {}) } as { account?: string };
  getIntegrations.check(args);
  const account = args.account === undefined ? {} : { account: args.account };
  const { integrations } = await getIntegrations.call(client(args.account), args);
  return integrations.flatMap(({ externalBusinessId }) =>
    externalBusinessId === undefined
      ? []
      : [{ id: importId({ externalBusinessId, ...account }), name: externalBusinessId }],
  );
}
