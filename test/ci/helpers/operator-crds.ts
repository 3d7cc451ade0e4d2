import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "./manifests";

type Schema = Record<string, unknown>;

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
  };
}

/** Returns the errors of an object, or undefined if its kind is not defined. */
export type Validate = (manifest: Manifest) => string[] | undefined;

/**
 * Finds the definitions of the operator's kinds, which are not in this repository.
 *
 * @returns a function that validates objects, or the reason why the definitions are missing
 */
export function findOperatorDefinitions(environment: NodeJS.ProcessEnv = process.env): Validate | string {
  const { PULUMI_OPERATOR_CRDS: folder } = environment;
  if (folder === undefined) {
    return "PULUMI_OPERATOR_CRDS is not set to a directory with the operator's definitions (deploy/crds in its repository)";
  }
  if (!existsSync(folder)) throw new Error(`PULUMI_OPERATOR_CRDS is ${folder}, which does not exist`);
  const texts = readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  return validatorOf(texts);
}

/** Creates a function that validates like a cluster with strict validation: unknown fields are errors. */
export function validatorOf(definitions: readonly string[]): Validate {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const versions = definitions
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Definition | null))
    .filter((definition) => definition?.kind === "CustomResourceDefinition")
    .flatMap((definition) => {
      const { group, names, versions } = (definition as Definition).spec;
      return versions.map(({ name, schema: { openAPIV3Schema } }) => ({
        kind: `${group}/${name} ${names.kind}`,
        validate: ajv.compile(strict(openAPIV3Schema)),
      }));
    });
  return (manifest) => {
    const version = versions.find(({ kind }) => kind === `${manifest.apiVersion} ${manifest.kind}`);
    if (version === undefined) return undefined;
    version.validate(manifest);
    return (version.validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** Converts the schema of a definition to a JSON schema without unknown properties. */
function strict(schema: Schema, isRoot = true): Schema {
  if (schema["x-kubernetes-int-or-string"] === true) return { type: ["integer", "string"] };
  const { properties, items, additionalProperties } = schema as Record<string, Schema | undefined>;
  const inside = Object.entries(properties ?? {}).map(([name, property]) => [
    name,
    // A definition states only that metadata is an object. Kubernetes defines its fields.
    isRoot && name === "metadata" ? { type: "object" } : strict(property as Schema, false),
  ]);
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inside) }),
    ...(items === undefined ? {} : { items: strict(items, false) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: strict(additionalProperties, false) }
      : properties !== undefined && !isOpen
        ? { additionalProperties: false }
        : {}),
  };
}
