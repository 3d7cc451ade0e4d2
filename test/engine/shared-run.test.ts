import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

// Checks the dynamic provider, and migrations between the provider types. For both types in one stack, see ownership.test.ts; for the
// other cases, see test/promises/ownership.test.ts.

let lab: Lab;
let output: string;

const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1" });

/** Two providers with the default provider's token, and a component whose children use the first one. */
const providers = () => `
const [a, b] = ["a", "b"].map((name) => new pinterest.Provider(name, { accessToken: "${lab.emulator.token()}" }));
const parent = new pulumi.ComponentResource("lab:index:Shops", "shops", {}, { providers: { "pulumi-nodejs": a } });
`;

const retyped = `
const native = require("pulumi-pinterest/native");
new native.CommerceIntegration("renamed", ${JSON.stringify(shop("retyped"))});
`;

const transform = `
pulumi.runtime.registerResourceTransform(({ props, opts }) =>
  props.externalBusinessId === "north" ? { props: { ...props, externalBusinessId: "eu-north" }, opts } : undefined);
`;

/** Deploys three integrations, and then a program that changes the resource of each. */
beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.program({ moved: shop("moved"), retyped: shop("retyped"), north: shop("north") });
  await lab.up();
  lab.emulator.clearRequests();
  lab.program(
    { moved: { args: shop("moved"), options: "{ parent }" }, north: shop("north") },
    providers() + retyped + transform,
  );
  ({ output } = await lab.up());
});

afterAll(() => lab.close());

test("keeps an integration whose resource moves to a component with another provider, without an alias", () => {
  expect(output).toContain("integration 'moved' stays at Pinterest");
  expect(lab.written("moved")).toEqual([]);
});

test("deletes the old integration if a transform of the program changes its external business ID", () => {
  expect(lab.writes()).toEqual(["POST eu-north", "DELETE north"]);
});

test("keeps an integration whose resource changes its name, and its provider type twice", async () => {
  expect(lab.written("retyped")).toEqual([]);
  lab.emulator.clearRequests();
  lab.program(
    { again: shop("retyped"), back: { args: shop("moved"), options: "{ provider: a }" } },
    providers(),
  );
  await lab.up();
  expect(lab.writes()).toEqual(["DELETE eu-north"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
  lab.emulator.clearRequests();
});

test("keeps an integration in an `up --target` of the old resource of an interrupted rename", async () => {
  lab.emulator.armFault({ kind: "response", status: 503, operation: "get", external_business_id: "new" });
  const back = { args: shop("moved"), options: "{ provider: a }" };
  lab.program(
    {
      interrupted: shop("retyped"),
      back,
      new: { args: shop("new"), options: "{ dependsOn: [resources.interrupted] }" },
    },
    providers(),
  );
  await lab.fail("up", "--skip-preview", "--parallel", "1");
  lab.program({ interrupted: shop("retyped"), back }, providers());
  expect(Object.keys(await lab.state()).sort()).toEqual(["again", "back", "interrupted"]);
  await lab.up("--target", "**::again");
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["back", "interrupted"]);
});

test("fails an `up --target` of a renamed resource that is not deployed, and keeps the integration", async () => {
  declareInTwoProviders();
  const { output } = await lab.upFails("--target", "**::interrupted");
  expect(output).toContain("another resource of this program declares or reads integration 'retyped'");
  expect(lab.writes()).toEqual([]);
  await lab.up();
  expect(lab.writes()).toEqual([]);
});

test("counts the deletions of all providers for the delete limit, also in a destroy", async () => {
  lab.environment.PINTEREST_DELETE_LIMIT = "1";
  lab.program({}, providers());
  const { output } = await lab.upFails();
  expect(output).toContain("allows 1 in one command");
  // The engine can delete the resources of one provider after those of the other.
  expect(lab.emulator.integrations().length).toBeGreaterThan(0);
  lab.environment.PINTEREST_DELETE_LIMIT = "2";
  declareInTwoProviders();
  await lab.succeed("destroy", "--skip-preview", "--run-program");
  expect(lab.emulator.integrations()).toEqual([]);
});

/** Declares an integration in the default provider, and one in another explicit provider than before. */
function declareInTwoProviders(): void {
  lab.program(
    { notDeployed: shop("retyped"), back: { args: shop("moved"), options: "{ provider: b }" } },
    providers(),
  );
}
