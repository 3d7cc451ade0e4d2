import type { ImportPlace } from "../lifecycle";

const separator = "::";

/**
 * What an import's id names: an external business id of the default account, or `ACCOUNT::ID` of a named one. An id of the default account
 * that holds two colons itself is written with two in front of it.
 *
 * @throws Error where what stands before the colons is no account of the configuration.
 */
export function importPlace(id: string, isAccount: (name: string) => boolean): ImportPlace {
  const at = id.indexOf(separator);
  if (at < 0) return { externalBusinessId: id };
  const account = id.slice(0, at);
  const externalBusinessId = id.slice(at + separator.length);
  if (account === "") return { externalBusinessId };
  if (isAccount(account)) return { externalBusinessId, account };
  throw new Error(
    `importing '${id}': '${account}' is no account of \`pinterest:accounts\`. Allowed is ID, ACCOUNT::ID for an integration of a named ` +
      "account, and ::ID for an id of the default account that holds two colons itself.",
  );
}

/** The id by which an integration is imported. */
export function importId({ externalBusinessId, account = "" }: ImportPlace): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}
