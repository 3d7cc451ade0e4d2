/** A bag of properties, as the engine sends and receives it. */
export type Bag = Record<string, unknown>;

/** Copies the named properties that have a value. The SDK fails on `undefined` in a bag, after the request was sent. */
export function pick<K extends string>(source: object, names: readonly K[]): Record<K, never> {
  const bag = source as Bag;
  const picked: Bag = {};
  // Each call of the engine copies properties several times, so this creates no lists.
  for (const name of names) {
    const value = bag[name];
    if (value !== undefined && value !== null) picked[name] = value;
  }
  return picked as Record<K, never>;
}
