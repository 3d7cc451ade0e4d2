import type { Place } from "../lifecycle/outputs";

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

/** The ID with which an integration is imported. @param account the named account, or undefined for the default account. */
export function importId(externalBusinessId: string, account = ""): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}
