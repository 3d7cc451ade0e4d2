/** A merchant that a program declares. */
export interface DeclaredMerchant {
  readonly name: string;
  /** Former names of a renamed merchant, under which state can have its resource. @default none */
  readonly formerNames?: readonly string[];
  /** The arguments of its CommerceIntegration. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** All names under which state can have a merchant's resource. */
export function namesOf({ name, formerNames = [] }: Omit<DeclaredMerchant, "arguments">): string[] {
  return [name, ...formerNames];
}

/** The external business ID of a merchant. */
export function idOf({ arguments: { externalBusinessId } }: DeclaredMerchant): string {
  return String(externalBusinessId);
}
