/**
 * The words of messages that tests in several files expect. If a message changes on purpose, change it here and, if docs/troubleshooting quotes it,
 * there. A message that one file expects is in that file. Nothing here comes from the product.
 */

// Creates of integrations that exist

/** The beginning of the error; the end of `properties` is open. */
export function refusedAdoption(id: string, properties: string, noun = "program"): string {
  return `cannot create integration '${id}': it already exists at Pinterest, and differs from the ${noun} in ${properties}`;
}

export function adopted(id: string): string {
  return `adopted integration '${id}': it already exists at Pinterest and matches the program`;
}

export function overwritten(id: string, properties: string): string {
  return `adopted integration '${id}', which already exists at Pinterest, and overwrote ${properties}`;
}

/** The beginning of the error, which Pinterest's response follows. */
export function ownedByAnother(id: string): string {
  return `integration '${id}' belongs to another owner, or this account may not access it: `;
}

// Arguments

export function alreadyDeclares(name: string, id: string): string {
  return `'${name}' already declares the integration '${id}'. Give each resource its own \`externalBusinessId\`, or remove one of them.`;
}
