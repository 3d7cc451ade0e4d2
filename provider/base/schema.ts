import type { ZodType, z } from "zod";

/** A schema that is built when it is first used. */
export type Schema<Type extends ZodType> = () => Type;

/** The type of the values that a schema returns. */
export type Parsed<Of extends Schema<ZodType>> = z.output<ReturnType<Of>>;

/** Defines a schema. Loads zod only at its first use, because that takes 60 ms, and many programs and commands never need it. */
export function lazySchema<Type extends ZodType>(define: (zod: typeof z) => Type): Schema<Type> {
  let schema: Type | undefined;
  return () => {
    schema ??= define(loadZod());
    return schema;
  };
}

/** Loads zod at its first use. */
export function loadZod(): typeof z {
  return (require("zod") as typeof import("zod")).z;
}
