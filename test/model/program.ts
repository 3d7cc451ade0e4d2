import type { Bag } from "../../provider/lifecycle/outputs";
import type { Value } from "./vocabulary";

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
