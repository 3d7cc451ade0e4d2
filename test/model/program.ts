import type { Bag } from "../../provider/base/bag";
import type { Value } from "./fields";

/** An integration in a program. */
export interface Declaration {
  externalBusinessId: string;
  account?: string;
  adopt?: boolean;
  whenRemoved?: "clear" | "release";
  fields: Record<string, Value>;
}

/** The declarations of a program by resource name, in order. */
export type Program = Map<string, Declaration>;

export function copyOf(program: Program): Program {
  return new Map(structuredClone([...program]));
}

/** The inputs of a declaration that the provider receives. */
export function bagOf({ fields, ...others }: Declaration): Bag {
  return { ...others, ...fields };
}
