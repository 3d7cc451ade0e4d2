import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { secretFieldNames } from "../../provider/api/fields";
import { configurationKeyNames, rowOf } from "../../provider/config";
import { environmentVariable } from "../../provider/config/keys";
import { committedSchema } from "../../scripts/schema/package-schema.mts";
import { type ObjectType, type Property, type Resource, repository, schema } from "./helpers/schema";

const integration = schema.resources["pinterest:index:CommerceIntegration"] as Resource;

function namesIn(properties: Record<string, unknown>): string[] {
  return Object.keys(properties).sort();
}

function secretsIn(properties: Record<string, Property>): string[] {
  return namesIn(properties).filter((name) => properties[name]?.secret);
}

const secretFields = [...secretFieldNames].sort();

describe("the package", () => {
  test("has the type tokens of the plugin", () => {
    expect(schema.name).toBe("pinterest");
    expect(namesIn(schema.resources)).toEqual([
      "pinterest:index:CommerceIntegration",
      "pinterest:index:IntegrationLog",
    ]);
    expect(namesIn(schema.functions)).toEqual([
      "pinterest:index:getCommerceIntegration",
      "pinterest:index:getIntegration",
      "pinterest:index:getIntegrations",
    ]);
  });

  test("is what the generator makes of the built package", () => {
    if (readFileSync(join(repository, "schema.json"), "utf8") !== committedSchema(repository))
      throw new Error("schema.json is out of date. Run `npm run docs:references`, and commit the result.");
  });
});

test("every property, resource and function has a description", () => {
  const undescribed: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    const isNamed = /\/(properties|inputProperties|variables|resources|functions)\/[\w:]+$/.test(path);
    if (isNamed && !(value as Property).description) undescribed.push(path);
    for (const [key, part] of Object.entries(value)) visit(part, `${path}/${key}`);
  };
  visit(schema, "#");
  expect(undescribed).toEqual([]);
});

describe("a commerce integration", () => {
  test("marks secret fields, in inputs and outputs", () => {
    expect(secretsIn(integration.inputProperties)).toEqual(secretFields);
    expect(secretsIn(integration.properties)).toEqual(secretFields);
  });

  test("is replaced only if its ID changes", () => {
    const replacing = namesIn(integration.inputProperties).filter(
      (name) => integration.inputProperties[name]?.willReplaceOnChanges,
    );
    expect(replacing).toEqual(["externalBusinessId"]);
  });
});

test.each(["CommerceIntegration", "IntegrationLog"])("%s has the dynamic type as alias", (name) => {
  const { aliases } = schema.resources[`pinterest:index:${name}`] as Resource;
  expect(aliases).toEqual([{ type: `pulumi-nodejs:dynamic/pinterest:${name}` }]);
});

describe("the configuration", () => {
  test("has every key, for stacks and for explicit providers", () => {
    expect(namesIn(schema.config.variables)).toEqual([...configurationKeyNames].sort());
    expect(schema.provider.inputProperties).toEqual(schema.config.variables);
  });

  test("marks secret keys", () => {
    const secret = configurationKeyNames.filter((key) => rowOf(key).secret).sort();
    expect(secretsIn(schema.config.variables)).toEqual(secret);
    // Programs can read only properties that are always strings.
    expect(secretsIn(schema.provider.properties)).toEqual(secret.filter((key) => key !== "accounts"));
  });

  test("names each key's environment variable, but not as a default, which would be saved in state", () => {
    for (const key of configurationKeyNames) {
      expect(schema.config.variables[key]?.description).toContain(`\`${environmentVariable(key)}\``);
      expect(schema.config.variables[key]).not.toHaveProperty("defaultInfo");
    }
  });
});

test("functions return an integration's secrets as secrets", () => {
  const record = schema.types["pinterest:index:IntegrationRecord"]?.properties ?? {};
  expect(secretsIn(record)).toEqual(secretFields);
  const { outputs } = schema.functions["pinterest:index:getIntegration"] as { outputs: ObjectType };
  expect(secretsIn(outputs.properties)).toEqual(secretFields);
});
