/** The name of a resource. It can contain the colons that separate the parts of a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type of a resource, without the types of its parents. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The URN of a provider, from a reference in state or in an event, which ends with the provider's ID. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** Whether a reference names the default provider, of either provider type. */
export function isDefaultProvider(reference: string): boolean {
  return /::pulumi:providers:(pulumi-nodejs|pinterest)::default(_[\w.-]*)?::[^:]*$/.test(reference);
}
