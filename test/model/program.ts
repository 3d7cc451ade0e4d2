import type { Bag } from "../../provider/lifecycle";
import type { Value, Values } from "./vocabulary";

/** An integration as a program declares it. */
export interface Declaration {
  externalBusinessId: string;
  account?: string;
  adopt?: boolean;
  whenRemoved?: "clear" | "release";
  fields: Record<string, Value>;
}

/** What a program declares, by the resources' names, in its order. */
export type Program = Map<string, Declaration>;

export function copyOf(program: Program): Program {
  return new Map(structuredClone([...program]));
}

/** A declaration as the engine hands it to the provider. */
export function bagOf({ fields, ...others }: Declaration): Bag {
  return { ...others, ...fields };
}

/** The fields among the properties of a bag. */
export function fieldsIn(bag: Bag, names: Iterable<string>): Values {
  const entries = [...names].filter((name) => bag[name] !== undefined).map((name) => [name, bag[name]]);
  return Object.fromEntries(entries);
}
