/** The name of a resource, which may hold the colons that separate the parts of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type of a resource, without those of what it stands in. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The URN of a provider, out of a reference of state or of an event, which has the provider's id behind it. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** Whether a reference leads to the provider that the engine makes by itself, of either front end. */
export function isDefaultProvider(reference: string): boolean {
  return /::pulumi:providers:(pulumi-nodejs|pinterest)::default(_[\w.-]*)?::[^:]*$/.test(reference);
}
