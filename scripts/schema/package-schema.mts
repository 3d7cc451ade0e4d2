import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";
import type * as fields from "../../provider/api/fields.ts";
import type * as keyTable from "../../provider/config/keys.ts";
import type * as diff from "../../provider/lifecycle/diff.ts";
import type * as constants from "../../provider/run/constants.ts";
import { addressOf, languageOptions, type Manifest, packageNamesOf, schemaAddress } from "./address.mts";
import { Declarations } from "./declarations.mts";
import { examplesOf } from "./examples.mts";
import type { FunctionSpec, ObjectSpec, Properties, PropertySpec, ResourceSpec } from "./specs.mts";
import { Types } from "./types.mts";

/** The text of the repository's `schema.json`, from the compiled package, the examples and package.json. */
export function committedSchema(repository: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const examples = join(import.meta.dirname, "examples");
  const schema = packageSchema(join(repository, "dist/provider"), examples, manifest);
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/**
 * The schema of the plugin's package.
 *
 * @param root the directory of the compiled package
 * @param examples the directory of the examples, with a directory for each resource and function
 */
export function packageSchema(root: string, examples: string, manifest: Manifest): object {
  const require = createRequire(join(root, "package.json"));
  const tokens: typeof constants = require("./run/constants");
  const { packageName, integrationType, logType, functionTokens } = tokens;
  const packages = packageNamesOf(manifest);
  const spec = new PackageSpec(require, new Declarations(root, ["index", "api/pages"]), packageName);
  const keys = spec.configuration();
  const withExamples = <Spec extends ResourceSpec | FunctionSpec>(
    token: string,
    spec: Spec,
  ): [string, Spec] => {
    const name = token.split(":").at(-1) as string;
    return [
      token,
      { ...spec, description: `${spec.description}\n\n${examplesOf(join(examples, name), packages)}` },
    ];
  };
  const functions = Object.entries(functionTokens).map(([name, token]) =>
    withExamples(token, spec.function(name)),
  );
  return {
    ...packageProperties(packageName, manifest),
    config: { variables: keys },
    provider: spec.provider(keys, examplesOf(join(examples, "Provider"), packages)),
    resources: Object.fromEntries([
      withExamples(integrationType, {
        ...spec.resource("CommerceIntegration", spec.replacing),
        stateInputs: spec.types.object(spec.declarations.type("CommerceIntegrationLookup")),
        listInputs: spec.filters(),
        aliases: [{ type: tokens.dynamicType }],
      }),
      withExamples(logType, {
        ...spec.resource("IntegrationLog", []),
        aliases: [{ type: tokens.dynamicLogType }],
      }),
    ]),
    functions: Object.fromEntries(functions),
    types: spec.types.named,
  };
}

/** What the schema says about the package itself. */
export function packageProperties(name: string, manifest: Manifest): object {
  const { version, description, keywords, license } = manifest;
  const address = addressOf(manifest);
  return {
    name,
    version,
    displayName: "Pinterest commerce integrations (Unofficial)",
    description: `${description} Unofficial: not made or endorsed by Pinterest.`,
    keywords: [...keywords.filter((keyword) => !keyword.startsWith("kind/")), "kind/native"],
    license,
    // Otherwise the author of the .NET package would be Pulumi.
    publisher: address?.owner ?? manifest.name,
    ...(address && schemaAddress(address)),
    meta: { supportPack: true },
    language: languageOptions(manifest),
  };
}

/** The resources, functions and keys of the package, from its declarations and tables. */
class PackageSpec {
  readonly declarations: Declarations;
  readonly types: Types;
  /** The properties whose changes replace an integration. */
  readonly replacing: readonly string[];
  private readonly keyTable: typeof keyTable;

  /** @param require loads a module of the compiled package */
  constructor(require: NodeJS.Require, declarations: Declarations, packageName: string) {
    const { isSecretField }: typeof fields = require("./api/fields");
    const { replacedProperties }: typeof diff = require("./lifecycle/diff");
    const table: typeof keyTable = require("./config/keys");
    this.keyTable = table;
    this.declarations = declarations;
    this.types = new Types(
      declarations,
      `${packageName}:index`,
      (name) => isSecretField(name) || (table.isConfigurationKey(name) && table.rowOf(name).secret === true),
    );
    // Compares with another ID, to get the properties whose change replaces the resource.
    this.replacing = replacedProperties("an id", { externalBusinessId: "another" }, () => ({}), "program");
  }

  /**
   * The configuration keys. They have no default from the environment: generated SDKs would write the variable's value into an explicit
   * provider's inputs, and so into state, where it would also override variables that take precedence. The provider reads the environment.
   */
  configuration(): Properties {
    const { declarations } = this;
    const { environmentVariable, rowOf } = this.keyTable;
    const args = declarations.type("ProviderArgs");
    const { properties } = this.types.object(args);
    return Object.fromEntries(
      args.getProperties().map((symbol) => {
        const key = symbol.name as keyTable.ConfigurationKey;
        const variable = `\`${environmentVariable(key)}\``;
        const precedence = rowOf(key).environmentFirst
          ? `The environment variable ${variable} overrides it.`
          : `If it is not set, the environment variable ${variable} applies.`;
        const fallback = declarations.default(symbol);
        const sentences = [
          declarations.text(symbol),
          precedence,
          ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
        ];
        const property = orString(properties[key] ?? {});
        // Unlike TypeScript, other languages distinguish integers.
        const type = rowOf(key).kind === "whole" ? { type: "integer" as const } : {};
        return [key, { ...property, ...type, description: sentences.join(" ") }];
      }),
    );
  }

  /** An explicit provider. */
  provider(keys: Properties, examples: string): ResourceSpec {
    const description = this.declarations.description(this.declarations.exported("Provider"));
    const precedence =
      "In YAML and in generated SDKs, arguments that you omit come from the environment. The stack's `onDelete` and `deleteLimit` apply, too: " +
      "the stricter value counts. In TypeScript and JavaScript, all arguments that you omit come from the stack's configuration first.";
    // Programs can only read the provider's properties that are always strings.
    const strings = Object.entries(keys).filter(([, { type, oneOf }]) => type === "string" && !oneOf);
    return {
      description: [description, precedence, examples].join("\n\n"),
      inputProperties: keys,
      properties: Object.fromEntries(strings),
    };
  }

  /** @param replacing the properties whose changes replace the resource */
  resource(name: string, replacing: readonly string[]): ResourceSpec {
    const inputs = this.types.object(this.declarations.type(`${name}Args`));
    const outputs = this.types.object(this.declarations.type(name));
    const marked = (properties: Properties) =>
      Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          replacing.includes(name) ? { ...property, willReplaceOnChanges: true as const } : property,
        ]),
      );
    return {
      description: this.declarations.description(this.declarations.exported(name)),
      inputProperties: marked(inputs.properties),
      ...(inputs.required ? { requiredInputs: inputs.required } : {}),
      ...outputs,
      properties: marked(outputs.properties),
    };
  }

  /** The filters of getIntegrations, and the account. The engine chooses the size of pages. */
  filters(): ObjectSpec {
    const filter = this.declarations.type("IntegrationFilter");
    const names = new Set([...filter.getProperties().map(({ name }) => name), "account"]);
    const { properties } = this.types.object(this.declarations.type("GetIntegrationsArgs"));
    return { properties: Object.fromEntries(Object.entries(properties).filter(([name]) => names.has(name))) };
  }

  /** A function of the package: its first parameter has the inputs, and its promise the outputs. */
  function(name: string): FunctionSpec {
    const { checker } = this.declarations;
    const declared = this.declarations.exported(name);
    const signature = checker.getTypeOfSymbol(declared).getCallSignatures()[0];
    const parameter = signature?.getParameters()[0];
    const result = signature && checker.getAwaitedType(signature.getReturnType());
    if (parameter === undefined || result === undefined)
      throw new Error(`${name} has no parameter or no result`);
    return {
      description: this.declarations.description(declared),
      inputs: this.object(checker.getNonNullableType(checker.getTypeOfSymbol(parameter))),
      outputs: this.object(result),
    };
  }

  private object(type: ts.Type): ObjectSpec {
    const description = type.symbol ? this.declarations.description(type.symbol) : "";
    return { ...(description === "" ? {} : { description }), ...this.types.object(type) };
  }
}

/** Lists and objects can also be JSON strings, as in a stack's configuration. */
function orString(property: PropertySpec): PropertySpec {
  const { type: _, items, additionalProperties, ...others } = property;
  if (items) return { ...others, oneOf: [{ type: "array", items }, { type: "string" }] };
  if (additionalProperties)
    return { ...others, oneOf: [{ type: "object", additionalProperties }, { type: "string" }] };
  return property;
}
