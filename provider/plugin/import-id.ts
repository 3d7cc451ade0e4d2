import type { ImportPlace } from "../lifecycle/import";

const separator = "::";

/**
 * What an import's id names: an external business id of the default account, or `ACCOUNT::ID` of a named one. An id of the default account
 * that holds two colons itself is written with two in front of it.
 *
 * @throws Error where what stands before the colons is no account of the configuration.
 */
export function importPlace(id: string, isAccount: (name: string) => boolean): ImportPlace {
  const first = id.indexOf(separator);
  if (first < 0) return { externalBusinessId: id };
  // The name of an account may hold colons as well.
  for (let at = first; at >= 0; at = id.indexOf(separator, at + 1)) {
    const account = id.slice(0, at);
    const externalBusinessId = id.slice(at + separator.length);
    if (account === "") return { externalBusinessId };
    if (isAccount(account)) return { externalBusinessId, account };
  }
  throw new Error(
    `importing '${id}': '${id.slice(0, first)}' is no account of \`pinterest:accounts\`. Allowed is ID, ACCOUNT::ID for an integration of a ` +
      "named account, and ::ID for an id of the default account that holds two colons itself.",
  );
}

/** The id by which an integration is imported. */
export function importId({ externalBusinessId, account = "" }: ImportPlace): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}
