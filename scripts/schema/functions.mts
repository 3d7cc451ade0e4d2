import type ts from "typescript";
import { descriptionOf } from "./descriptions.mts";
import type { Declarations } from "./program.mts";
import type { FunctionSpec, ObjectSpec } from "./specs.mts";
import type { IsSecret, Types } from "./types.mts";

/** A function, by its declaration: what it takes first, and what it promises. */
export function functionSpec(
  declarations: Declarations,
  types: Types,
  name: string,
  isSecret: IsSecret,
): FunctionSpec {
  const { checker } = declarations;
  const declared = declarations.exported(name);
  const signature = checker.getTypeOfSymbol(declared).getCallSignatures()[0];
  const taken = signature?.getParameters()[0];
  const promised = signature && checker.getAwaitedType(signature.getReturnType());
  if (taken === undefined || promised === undefined) throw new Error(`${name} takes or gives nothing`);
  return {
    description: descriptionOf(declared, checker),
    inputs: described(checker.getNonNullableType(checker.getTypeOfSymbol(taken)), types, checker, isSecret),
    outputs: described(promised, types, checker, isSecret),
  };
}

function described(type: ts.Type, types: Types, checker: ts.TypeChecker, isSecret: IsSecret): ObjectSpec {
  const description = type.symbol ? descriptionOf(type.symbol, checker) : "";
  return { ...(description === "" ? {} : { description }), ...types.object(type, isSecret) };
}
