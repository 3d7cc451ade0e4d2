import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type PlannedImport, planImports } from "../../../cli/import/plan";
import { yamlProgramOf } from "../../../cli/import/program";
import { checkIntegration } from "../../../provider/lifecycle/check";
import { importedBy, secretsComment } from "../../expected/reports";
import { oddIntegrations } from "./helpers/integrations";

interface Program {
  readonly resources: Record<
    string,
    { type: string; properties: Record<string, unknown>; options?: { protect: boolean } }
  >;
}

/** Evaluates a value as the engine does: `$$` is a dollar sign, and a join of one secret is that secret. */
function evaluated(value: unknown, { secrets }: PlannedImport): unknown {
  if (typeof value === "string") {
    expect(value).not.toMatch(/(?<!\$)(\$\$)*\$(?!\$)/);
    return value.replaceAll("$$", "$");
  }
  if (typeof value === "object" && value !== null && "fn::join" in value) {
    const access = (value["fn::join"] as [string, [string]])[1][0];
    return secrets[/\]\.(\w+)\}$/.exec(access)?.[1] as keyof typeof secrets];
  }
  return Array.isArray(value) ? value.map((item) => evaluated(item, { secrets } as PlannedImport)) : value;
}

test("YAML sections declare each integration, without secrets", () => {
  const found = [
    { account: undefined, integration: { externalBusinessId: "shop-2" } },
    {
      account: "north",
      integration: {
        externalBusinessId: "shop-1",
        connectedTagId: "33",
        partnerAccessToken: "at-secret",
        partnerAccessTokenExpiry: 1893456000000,
        scopes: "b a",
        additionalId1: `costs $$5\n$\{more}`,
        partnerMetadata: '{"tier":"it\'s gold"}',
      },
    },
  ];
  const plans = planImports(found, { secrets: "config", protect: true });
  expect(yamlProgramOf(plans, [])).toBe(`\
# ${importedBy}: sections of Pulumi.yaml.
${secretsComment("#", '{ "shop-1": { "partnerAccessToken": "…" } }')}

configuration:
  partnerSecrets:
    type: object
    secret: true

resources:
  "shop-1":
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: "shop-1"
      connectedTagId: "33"
      partnerAccessToken:
        fn::join:
          - ""
          - ['\${partnerSecrets["shop-1"].partnerAccessToken}']
      partnerAccessTokenExpiry: 1893456000000 # 2030-01-01T00:00:00.000Z
      scopes:
        - "a"
        - "b"
      additionalId1: "costs $$$$5\\n$$\{more}"
      partnerMetadata: '{"tier":"it''s gold"}'
      account: "north"
    options:
      protect: true
  "shop-2":
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: "shop-2"
    options:
      protect: true
`);
});

test("keeps unusual values", () => {
  const plans = planImports(oddIntegrations(), { secrets: "config", protect: true });
  const { resources } = parse(yamlProgramOf(plans, [])) as Program;
  expect(Object.keys(resources).sort()).toEqual(plans.map(({ name }) => name).sort());
  for (const plan of plans) {
    const { type, properties, options } = resources[plan.name] as Program["resources"][string];
    expect(type).toBe("pinterest:CommerceIntegration");
    expect(options).toEqual({ protect: true });
    const args = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, evaluated(value, plan)]),
    );
    expect(checkIntegration(args)).toMatchObject({ inputs: plan.inputs, problems: [] });
  }
});
