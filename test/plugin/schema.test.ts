import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fieldNames, type integrationFields, secretFieldNames } from "../../provider/api/fields";
import { configurationKeyNames, rowOf } from "../../provider/config";
import { environmentVariable } from "../../provider/config/keys";
import type {
  CommerceIntegrationArgs,
  GetCommerceIntegrationArgs,
  GetIntegrationArgs,
  GetIntegrationsArgs,
} from "../../provider/index";
import { logArgumentNames } from "../../provider/lifecycle/integration-logs";
import { computedNames } from "../../provider/lifecycle/outputs";
import {
  dynamicLogType,
  dynamicType,
  functionTokens,
  integrationType,
  logType,
  packageName,
} from "../../provider/run/constants";
import { committedSchema } from "../../scripts/schema/package-schema.mts";
import { type ObjectType, type Property, type Resource, repository, schema, typeOf } from "./helpers/schema";

const integration = schema.resources[integrationType] as Resource;
const log = schema.resources[logType] as Resource;

/** The names of a type's properties. The compiler reports a missing one. */
function names<T>(all: Record<keyof T, true>): string[] {
  return Object.keys(all).sort();
}

function namesIn(properties: Record<string, unknown>): string[] {
  return Object.keys(properties).sort();
}

function secretsIn(properties: Record<string, Property>): string[] {
  return namesIn(properties).filter((name) => properties[name]?.secret);
}

const secretFields = [...secretFieldNames].sort();

describe("the package", () => {
  test("has the type tokens of the plugin", () => {
    expect(schema.name).toBe(packageName);
    expect(namesIn(schema.resources)).toEqual([integrationType, logType]);
    expect(namesIn(schema.functions)).toEqual(Object.values(functionTokens).sort());
  });

  test("describes itself as unofficial", () => {
    expect(schema.description).toContain("Unofficial");
    expect(schema.keywords).toEqual(expect.arrayContaining(["category/utility", "kind/native"]));
  });

  test("has the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    expect(schema).toHaveProperty("version", version);
  });

  test("is what the generator makes of the sources", () => {
    if (readFileSync(join(repository, "schema.json"), "utf8") !== committedSchema(repository))
      throw new Error("schema.json is out of date. Run `npm run docs:references`, and commit the result.");
  });
});

describe("a commerce integration", () => {
  const own = { externalBusinessId: true, account: true, adopt: true, whenRemoved: true } as const;

  test("has every argument and no others", () => {
    const fields = Object.fromEntries(fieldNames.map((name) => [name, true])) as Record<
      keyof typeof integrationFields,
      true
    >;
    expect(namesIn(integration.inputProperties)).toEqual(
      names<CommerceIntegrationArgs>({ ...fields, ...own }),
    );
    expect(integration.requiredInputs).toEqual(["externalBusinessId"]);
  });

  test("has every output, some of them required", () => {
    const outputs = ["externalBusinessId", "account", ...fieldNames, ...computedNames];
    expect(namesIn(integration.properties)).toEqual(outputs.sort());
    expect(integration.required).toEqual(["externalBusinessId", ...computedNames]);
  });

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

  test("can be read with an account, and listed with the filters of getIntegrations", () => {
    expect(integration.stateInputs?.properties).toHaveProperty("account");
    expect(namesIn(integration.listInputs?.properties ?? {})).toEqual([
      "account",
      "connectedAdvertiserId",
      "connectedMerchantId",
      "connectedTagId",
      "externalBusinessIdPrefix",
    ]);
  });

  test("has the dynamic type as alias", () => {
    expect(integration.aliases).toEqual([{ type: dynamicType }]);
    expect(log.aliases).toEqual([{ type: dynamicLogType }]);
  });
});

describe("a log entry", () => {
  test("has every argument and no others, each of them as an output too", () => {
    expect(namesIn(log.inputProperties)).toEqual([...logArgumentNames].sort());
    expect(namesIn(log.properties)).toEqual([...logArgumentNames].sort());
    expect(log.requiredInputs).toEqual(["eventType", "logLevel"]);
    expect(log.required).toEqual(["eventType", "logLevel", "clientTimestamp"]);
  });

  test("names its enumerations and nested types", () => {
    const { eventType, error, request } = log.inputProperties as Record<string, Property>;
    expect(typeOf(eventType ?? {})?.enum?.map(({ value }) => value)).toEqual(["APP", "API"]);
    expect(typeOf(error ?? {})?.properties.lineNumber).toMatchObject({ type: "integer" });
    expect(typeOf(request ?? {})?.required).toEqual(["method", "host", "path"]);
  });
});

describe("the configuration", () => {
  test("has every key, for stacks and for explicit providers", () => {
    expect(namesIn(schema.config.variables)).toEqual([...configurationKeyNames].sort());
    expect(schema.provider.inputProperties).toEqual(schema.config.variables);
  });

  test("marks secret keys", () => {
    const secret = configurationKeyNames.filter((key) => rowOf(key).secret).sort();
    expect(secretsIn(schema.config.variables)).toEqual(secret);
    expect(secretsIn(schema.provider.properties)).toEqual(secret.filter((key) => key !== "accounts"));
  });

  test("names each key's environment variable, but not as a default, which would be saved in state", () => {
    for (const key of configurationKeyNames) {
      expect(schema.config.variables[key]?.description).toContain(`\`${environmentVariable(key)}\``);
      expect(schema.config.variables[key]).not.toHaveProperty("defaultInfo");
    }
  });

  test.each(["accounts", "accountCommand"])("accepts %s as a string too, as the last alternative", (key) => {
    const { oneOf } = schema.config.variables[key] as Property;
    expect(oneOf?.at(-1)).toEqual({ type: "string" });
    expect(oneOf).toHaveLength(2);
  });
});

describe("functions", () => {
  const inputs = {
    getIntegrations: names<GetIntegrationsArgs>({
      connectedMerchantId: true,
      connectedAdvertiserId: true,
      connectedTagId: true,
      externalBusinessIdPrefix: true,
      pageSize: true,
      maxItems: true,
      includeSecrets: true,
      account: true,
    }),
    getIntegration: names<GetIntegrationArgs>({ integrationId: true, includeSecrets: true, account: true }),
    getCommerceIntegration: names<GetCommerceIntegrationArgs>({
      externalBusinessId: true,
      ignoreMissing: true,
      account: true,
    }),
  };

  test.each(Object.entries(functionTokens))("%s has its arguments, and no other", (name, token) => {
    expect(namesIn(schema.functions[token]?.inputs.properties ?? {})).toEqual(
      inputs[name as keyof typeof inputs],
    );
  });

  const record = namesIn(schema.types["pinterest:index:IntegrationRecord"]?.properties ?? {});

  test("return integrations with their secrets", () => {
    const all = ["externalBusinessId", ...fieldNames, ...computedNames].sort();
    expect(record).toEqual(all);
    expect(secretsIn(schema.types["pinterest:index:IntegrationRecord"]?.properties ?? {})).toEqual(
      secretFields,
    );
    const { outputs } = schema.functions[functionTokens.getIntegrations] as { outputs: ObjectType };
    expect(outputs.properties.integrations?.items).toEqual({
      $ref: "#/types/pinterest:index:IntegrationRecord",
    });
    expect(outputs.required).toEqual(["integrations", "truncated"]);
  });

  test("return one integration, with secrets if Pinterest returns them", () => {
    const outputs = (token: string) => schema.functions[token]?.outputs as ObjectType;
    expect(namesIn(outputs(functionTokens.getIntegration).properties)).toEqual(record);
    expect(secretsIn(outputs(functionTokens.getIntegration).properties)).toEqual(secretFields);
    expect(namesIn(outputs(functionTokens.getCommerceIntegration).properties)).toEqual(
      [...record.filter((name) => !(secretFields as string[]).includes(name)), "exists"].sort(),
    );
  });
});
