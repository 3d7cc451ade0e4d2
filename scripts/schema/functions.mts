import type ts from "typescript";
import { descriptionOf } from "./descriptions.mts";
import type { Declarations } from "./program.mts";
import type { FunctionSpec, ObjectSpec } from "./specs.mts";
import type { IsSecret, Types } from "./types.mts";

/** A function of the package: its first parameter has the inputs, and its promise the outputs. */
export function functionSpec(
  declarations: Declarations,
  types: Types,
  name: string,
  isSecret: IsSecret,
): FunctionSpec {
  const { checker } = declarations;
  const declared = declarations.exported(name);
  const signature = checker.getTypeOfSymbol(declared).getCallSignatures()[0];
  const parameter = signature?.getParameters()[0];
  const result = signature && checker.getAwaitedType(signature.getReturnType());
  if (parameter === undefined || result === undefined)
    throw new Error(`${name} has no parameter or no result`);
  return {
    description: descriptionOf(declared, checker),
    inputs: objectSpec(
      checker.getNonNullableType(checker.getTypeOfSymbol(parameter)),
      types,
      checker,
      isSecret,
    ),
    outputs: objectSpec(result, types, checker, isSecret),
  };
}

function objectSpec(type: ts.Type, types: Types, checker: ts.TypeChecker, isSecret: IsSecret): ObjectSpec {
  const description = type.symbol ? descriptionOf(type.symbol, checker) : "";
  return { ...(description === "" ? {} : { description }), ...types.object(type, isSecret) };
}
