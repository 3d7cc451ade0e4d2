/** What a name is made from. */
export interface Nameable {
  readonly account: string | undefined;
  readonly externalBusinessId: string;
  /** A name to use as it is. */
  readonly given?: string | undefined;
}

/**
 * A name for each integration, in their order: readable, unique without regard to case, and the same whatever the order.
 *
 * @param taken names that are not to be used.
 * @throws CommandError when a given name is taken or given twice.
 */
export function resourceNames(integrations: readonly Nameable[], taken: Iterable<string> = []): string[] {
  throw new Error(`not there yet: ${integrations.length} ${[...taken].length}`);
}
