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

/** The declarations of a program by resource name, in its order. */
export type Program = Map<string, Declaration>;

export function copyOf(program: Program): Program {
  return new Map(structuredClone([...program]));
}

/** A declaration as the provider receives it. */
export function bagOf({ fields, ...others }: Declaration): Bag {
  return { ...others, ...fields };
}
