import ts from "typescript";
import type { Declarations } from "./declarations.mts";
import type { ObjectSpec, Properties, PropertySpec, TypeSpec, TypeTable } from "./specs.mts";

/** The name and description of a type that is declared without a name. */
interface Place {
  readonly name: string;
  readonly description: string;
}

/** Converts TypeScript types to types of the schema, and collects the named ones. */
export class Types {
  /** The named types by token. */
  readonly named: TypeTable = {};
  private readonly declarations: Declarations;
  private readonly checker: ts.TypeChecker;
  private readonly module: string;
  private readonly isSecret: (property: string) => boolean;

  /**
   * @param module the prefix of type tokens, such as `pinterest:index`
   * @param isSecret whether properties with this name are secret
   */
  constructor(declarations: Declarations, module: string, isSecret: (property: string) => boolean) {
    this.declarations = declarations;
    this.checker = declarations.checker;
    this.module = module;
    this.isSecret = isSecret;
  }

  /**
   * The properties of a type with their descriptions.
   *
   * @param owner the name of the type if the schema names it. The names of its enums begin with it.
   */
  object(type: ts.Type, owner = ""): ObjectSpec {
    const symbols = this.checker.getPropertiesOfType(type).filter((symbol) => !isMethod(symbol));
    const properties: Properties = {};
    const required: string[] = [];
    for (const symbol of symbols) {
      const { name } = symbol;
      const propertyType = this.checker.getTypeOfSymbol(symbol);
      properties[name] = this.property(symbol, propertyType, owner + capitalized(name));
      const mayBeUndefined = this.checker.getNonNullableType(propertyType) !== propertyType;
      if (!(symbol.flags & ts.SymbolFlags.Optional) && !mayBeUndefined) required.push(name);
    }
    return { properties, ...(required.length === 0 ? {} : { required }) };
  }

  private spec(type: ts.Type, place: Place): TypeSpec {
    if (type.getFlags() & ts.TypeFlags.Unknown) return { $ref: "pulumi.json#/Any" };
    const bare = this.checker.getNonNullableType(type);
    const flags = bare.getFlags();
    if (flags & ts.TypeFlags.String) return { type: "string" };
    if (flags & ts.TypeFlags.Number) return { type: "number" };
    if (flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    if (bare.isStringLiteral()) return this.choice([bare], place);
    if (bare.isUnion()) return this.union(bare.types, place);
    const item = this.checker.isArrayType(bare) && this.checker.getTypeArguments(bare as ts.TypeReference)[0];
    if (item) return { type: "array", items: this.spec(item, place) };
    const values = bare.getStringIndexType();
    if (values) return { type: "object", additionalProperties: this.spec(values, place) };
    const symbol = bare.aliasSymbol ?? bare.symbol;
    const [argument] = bare.aliasTypeArguments ?? [];
    // `Inputs<Args>` has the properties of `Args`, each possibly an output.
    if (symbol?.name === "Inputs" && argument) return this.spec(argument, place);
    if (
      flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) &&
      symbol &&
      !symbol.name.startsWith("__")
    ) {
      return this.reference(bare, symbol);
    }
    throw new Error(`${place.name}: the schema does not support the type ${this.checker.typeToString(bare)}`);
  }

  private property(symbol: ts.Symbol, type: ts.Type, name: string): PropertySpec {
    const description = this.declarations.description(symbol);
    if (description === "") throw new Error(`${name} has no comment, which becomes its description`);
    const spec = this.spec(type, { name, description });
    // Unlike TypeScript, other languages distinguish integers.
    if (spec.type === "number" && this.declarations.tags(symbol, "asType").includes("integer"))
      spec.type = "integer";
    return { ...spec, description, ...(this.isSecret(symbol.name) ? { secret: true } : {}) };
  }

  private union(types: readonly ts.Type[], place: Place): TypeSpec {
    const literals = types.filter((type) => type.isStringLiteral());
    if (literals.length === types.length) return this.choice(literals, place);
    const specs = types.map((type) => this.spec(type, place));
    const unique = [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()];
    return unique.length === 1 ? (unique[0] as TypeSpec) : { oneOf: stringLast(unique) };
  }

  /** An enumeration whose values can also be strings, so that programs can use its constants or their values in every language. */
  private choice(literals: readonly ts.StringLiteralType[], { name, description }: Place): TypeSpec {
    const reference = this.add(name, {
      description,
      type: "string",
      enum: literals.map(({ value }) => ({ value })),
    });
    return { type: "string", oneOf: [reference, { type: "string" }] };
  }

  private reference(type: ts.Type, symbol: ts.Symbol): TypeSpec {
    const description = this.declarations.description(symbol);
    return this.add(symbol.name, {
      description,
      type: "object",
      ...this.object(type, symbol.name),
    });
  }

  private add(name: string, spec: TypeTable[string]): TypeSpec {
    const token = `${this.module}:${name}`;
    this.named[token] ??= spec;
    if (shapeOf(this.named[token]) !== shapeOf(spec)) {
      throw new Error(`${token} is the name of two different types`);
    }
    return { $ref: `#/types/${token}` };
  }
}

/** Generated SDKs send a provider's property as the last of several types: strings unchanged, others as JSON. */
function stringLast(types: readonly TypeSpec[]): TypeSpec[] {
  return [...types].sort((left, right) => Number(left.type === "string") - Number(right.type === "string"));
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The type without its description, which for an enum is that of the property. */
function shapeOf({ description: _, ...shape }: TypeTable[string] & { description?: string }): string {
  return JSON.stringify(shape);
}

function isMethod({ flags }: ts.Symbol): boolean {
  return Boolean(flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Prototype));
}
