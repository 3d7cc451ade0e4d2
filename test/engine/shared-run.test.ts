import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

// Checks the dynamic provider, and migrations between the provider types. For both types in one stack, see ownership.test.ts; for the
// other cases, see test/protocol/shared-run.test.ts.

let lab: Lab;

const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1" });

/** Two providers with the default provider's token, and a component whose children use the first one. */
const providers = () => `
const [a, b] = ["a", "b"].map((name) => new pinterest.Provider(name, { accessToken: "${lab.emulator.token()}" }));
const parent = new pulumi.ComponentResource("lab:index:Shops", "shops", {}, { providers: { "pulumi-nodejs": a } });
`;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.program({ moved: shop("moved"), retyped: shop("retyped") });
  await lab.up();
  lab.emulator.clearRequests();
});

afterAll(() => lab.close());

test("keeps an integration whose resource moves to a component with another provider, without an alias", async () => {
  lab.program(
    { retyped: shop("retyped"), moved: { args: shop("moved"), options: "{ parent }" } },
    providers(),
  );
  const { output } = await lab.up();
  expect(output).toContain("integration 'moved' stays at Pinterest");
  expect(lab.writes()).toEqual([]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("keeps an integration whose resource changes its provider type and name", async () => {
  lab.setProviderType("plugin");
  lab.program({ renamed: shop("retyped"), moved: shop("moved") });
  await lab.up();
  expect(lab.writes()).toEqual([]);
  lab.setProviderType("dynamic");
  lab.program({ again: shop("retyped"), back: shop("moved") });
  await lab.up();
  expect(lab.writes()).toEqual([]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("keeps an integration in an `up --target` of the old resource of an interrupted rename", async () => {
  lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "new" });
  lab.program({ interrupted: shop("retyped"), back: shop("moved"), new: shop("new") });
  await lab.upFails();
  lab.program({ interrupted: shop("retyped"), back: shop("moved") });
  expect(Object.keys(await lab.state()).sort()).toEqual(["again", "back", "interrupted"]);
  await lab.up("--target", "**::again");
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["back", "interrupted"]);
});

test("fails an `up --target` of a renamed resource that is not deployed, and keeps the integration", async () => {
  lab.program({ notDeployed: shop("retyped"), back: shop("moved") });
  const { output } = await lab.upFails("--target", "**::interrupted");
  expect(output).toContain("may declare integration 'retyped' in a resource that is not deployed");
  expect(lab.writes()).toEqual([]);
  await lab.up();
  expect(lab.writes()).toEqual([]);
});

test("counts the deletions of all providers for the delete limit, also in a destroy", async () => {
  lab.environment.PINTEREST_DELETE_LIMIT = "1";
  lab.program(
    { notDeployed: shop("retyped"), back: { args: shop("moved"), options: "{ provider: a }" } },
    providers(),
  );
  await lab.up();
  lab.emulator.clearRequests();
  lab.program({}, providers());
  const { output } = await lab.upFails();
  expect(output).toContain("allows in one command, which is 1");
  // The engine can delete the resources of one provider after those of the other.
  expect(lab.emulator.integrations().length).toBeGreaterThan(0);
  lab.environment.PINTEREST_DELETE_LIMIT = "2";
  lab.program(
    { notDeployed: shop("retyped"), back: { args: shop("moved"), options: "{ provider: a }" } },
    providers(),
  );
  await lab.succeed("destroy", "--skip-preview", "--run-program");
  expect(lab.emulator.integrations()).toEqual([]);
});

test("deletes the old integration if a transform of the program changes its external business ID", async () => {
  delete lab.environment.PINTEREST_DELETE_LIMIT;
  lab.program({ north: shop("north") });
  await lab.up();
  lab.program(
    { north: shop("north") },
    `pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
      type.endsWith(":CommerceIntegration")
        ? { props: { ...props, externalBusinessId: "eu-" + props.externalBusinessId }, opts }
        : undefined);`,
  );
  await lab.up();
  expect(lab.emulator.integrations()).toMatchObject([{ external_business_id: "eu-north" }]);
});
