import type { ObjectSpec } from "../schema/specs.mts";
import { code, page, prose } from "./markdown.mts";
import {
  nameOf,
  type PackageSchema,
  propertyTable,
  typeSection,
  typesUsedBy,
  withoutExamples,
} from "./properties.mts";

/** The resources and the provider, from the schema of the plugin's package. */
export function resourcesPage(schema: PackageSchema): string {
  const resources = Object.entries(schema.resources);
  const properties = resources.flatMap(([, { inputProperties, properties }]) => [
    ...Object.values(inputProperties),
    ...Object.values(properties),
  ]);
  return page(
    "Resources",
    prose(
      "For existing integrations, examples and resource options, see [resources and functions](../resources.md). Python uses these names in " +
        "snake_case. Every resource also has the output `id`.",
    ),
    ...resources.flatMap(([token, { description, inputProperties, requiredInputs = [], ...outputs }]) => [
      `## ${nameOf(token)}`,
      prose(withoutExamples(description)),
      `### Inputs of ${nameOf(token)}`,
      propertyTable({ properties: inputProperties, required: requiredInputs }, schema, {
        name: "input",
        required: "required",
      }),
      `### Outputs of ${nameOf(token)}`,
      propertyTable(outputs, schema, { name: "output", required: "always set" }),
    ]),
    ...typesUsedBy(properties, schema).map((token) => typeSection(token, schema)),
    "## Provider",
    prose(withoutExamples(schema.provider.description)),
    prose("Its inputs are the [keys of the configuration](configuration.md) without `pinterest:`."),
  );
}

/** The functions, from the schema of the plugin's package. */
export function functionsPage(schema: PackageSchema): string {
  const functions = Object.entries(schema.functions);
  const results = functions.flatMap(([, { outputs }]) => Object.values(outputs.properties));
  const types = typesUsedBy(results, schema);
  return page(
    "Functions",
    prose(
      "Each function has a form that accepts outputs and the option `dependsOn`: `getIntegrationsOutput` and so on, in Python " +
        "`get_integrations_output`. Options are `provider` and `parent`.",
    ),
    ...functions.flatMap(([token, { description, inputs, outputs }]) => [
      `## ${nameOf(token)}`,
      prose(withoutExamples(description)),
      `### Inputs of ${nameOf(token)}`,
      prose(inputs.description ?? ""),
      propertyTable(inputs, schema, { name: "input", required: "required" }),
      `### Result of ${nameOf(token)}`,
      prose(outputs.description ?? ""),
      resultOf(outputs, types, schema),
    ]),
    ...types.map((token) => typeSection(token, schema)),
  );
}

/** A table, or a sentence if a type of the page has the same properties. */
function resultOf(result: ObjectSpec, types: readonly string[], schema: PackageSchema): string {
  const names = Object.keys(result.properties);
  const candidates = types.map((token) => ({
    token,
    all: Object.keys((schema.types[token] as ObjectSpec).properties),
  }));
  const same = candidates.find(({ all }) => names.every((name) => all.includes(name)));
  if (same === undefined) {
    return propertyTable(result, schema, { name: "property", required: "always set" });
  }
  const name = nameOf(same.token);
  const others = same.all.filter((property) => !names.includes(property));
  const without = others.length === 0 ? "" : `, without ${others.map(code).join(", ")}`;
  const always = (result.required ?? []).map(code).join(", ");
  return prose(
    `It has the properties of [${name}](#${name.toLowerCase()})${without}. Always set: ${always}.`,
  );
}
