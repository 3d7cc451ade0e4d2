import { expect, test } from "@jest/globals";
import ts from "typescript";
import { planImports } from "../../../cli/import/plan";
import { programOf } from "../../../cli/import/program";
import { checkIntegration } from "../../../provider/lifecycle/check";
import { importedBy, secretsComment } from "../../expected/reports";
import { oddIntegrations } from "./helpers/integrations";
import { runProgram } from "./helpers/run-program";

test("declares the integrations by name, and reads their secrets from one configuration secret", () => {
  const plans = planImports(
    [
      { account: undefined, integration: { externalBusinessId: "shop-2" } },
      {
        account: "north",
        integration: {
          externalBusinessId: "shop-1",
          partnerMetadata: '{"tier":"gold","beta":true}',
          scopes: "ads:write ads:read",
          partnerAccessToken: "at-secret",
          partnerPrimaryEmail: "one@secret.example",
          partnerAccessTokenExpiry: 1893456000000,
          connectedTagId: "33",
          createdTimestamp: 1700000000000,
        },
      },
    ],
    { secrets: "config", protect: true },
  );
  expect(programOf(plans, "commonjs", "dynamic")).toBe(`\
// ${importedBy}.
${secretsComment("//", '{ "shop-1": { "partnerAccessToken": "…" } }')}

const pulumi = require("@pulumi/pulumi");
const pinterest = require("pulumi-pinterest");

const config = new pulumi.Config();
const partnerSecrets = config.requireSecretObject("partnerSecrets");

function secretOf(name, field) {
  return partnerSecrets.apply((secrets) => {
    const value = secrets[name]?.[field];
    // Without a value, the field would be cleared at Pinterest.
    if (!value) {
      throw new Error(\`partnerSecrets has no \${field} for \${name}\`);
    }
    return value;
  });
}

new pinterest.CommerceIntegration("shop-1", {
  externalBusinessId: "shop-1",
  connectedTagId: "33",
  partnerAccessToken: secretOf("shop-1", "partnerAccessToken"),
  partnerPrimaryEmail: secretOf("shop-1", "partnerPrimaryEmail"),
  partnerAccessTokenExpiry: 1893456000000, // 2030-01-01T00:00:00.000Z
  scopes: ["ads:read", "ads:write"],
  partnerMetadata: {
    "beta": true,
    "tier": "gold"
  },
  account: "north",
}, { protect: true });

new pinterest.CommerceIntegration("shop-2", {
  externalBusinessId: "shop-2",
}, { protect: true });
`);
});

test("a program fails if the configuration lacks a secret, instead of clearing the field at Pinterest", () => {
  const found = ["a", "constructor"].map((externalBusinessId) => ({
    account: undefined,
    integration: { externalBusinessId, partnerAccessToken: "t" },
  }));
  const plans = planImports(found, { secrets: "config" });
  const text = programOf(plans, "commonjs", "dynamic");
  expect(runProgram(text, plans)).toHaveLength(2);
  expect(() => runProgram(text, plans.slice(0, 1))).toThrow(
    "partnerSecrets has no partnerAccessToken for constructor",
  );
});

test("a program without secrets does not read the configuration, and an empty program has no import statements", () => {
  const integration = { externalBusinessId: "shop-1", partnerAccessToken: "t" };
  const plans = planImports([{ account: undefined, integration }], { secrets: "omit" });
  expect(programOf(plans, "typescript", "dynamic")).not.toMatch(/partner|@pulumi|config/);
  expect(programOf([], "typescript", "dynamic")).toBe(`// ${importedBy}.\n`);
});

test("every kind of program keeps unusual values", () => {
  const plans = planImports(oddIntegrations(), { secrets: "config" });
  expect(plans).toHaveLength(oddIntegrations().length);
  const inputsIn = (text: string) => runProgram(text, plans).map(({ args }) => checkIntegration(args).inputs);
  const planned = plans.map(({ inputs }) => inputs);
  expect(inputsIn(programOf(plans, "commonjs", "dynamic"))).toEqual(planned);
  for (const language of ["typescript", "esm"] as const) {
    const compiled = ts.transpile(programOf(plans, language, "dynamic"), {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
    });
    expect(inputsIn(compiled.replace("Object.defineProperty(exports", "0 && (exports"))).toEqual(planned);
  }
});

test("the source contains no invisible characters, unexpected line ends or direction marks", () => {
  const text = programOf(planImports(oddIntegrations(), { secrets: "config" }), "typescript", "dynamic");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{C}|[^\S ]/u);
});
