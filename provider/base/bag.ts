/** A bag of properties, as the engine sends and receives it. */
export type Bag = Record<string, unknown>;

type Picked<Source, Name extends keyof Source> = { [Each in Name]: Exclude<Source[Each], undefined> };

/** Copies the named properties that have a value. The SDK fails on `undefined` in a bag, after the request was sent. */
export function pick<Source extends object, Name extends keyof Source & string>(
  source: Source,
  names: readonly Name[],
): Picked<Source, Name> {
  const picked: Partial<Picked<Source, Name>> = {};
  // Each call of the engine copies properties several times, so this creates no lists.
  for (const name of names) {
    const value = source[name];
    if (value !== undefined && value !== null) picked[name] = value as Picked<Source, Name>[Name];
  }
  return picked as Picked<Source, Name>;
}

/** The properties that have a value. */
export function defined<T extends object>(
  properties: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
