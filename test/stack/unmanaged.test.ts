import { expect, test } from "@jest/globals";
import type { InventoryObservation } from "../../provider/run/observations";
import type { MerchantReport } from "../../stack/report";
import type { IntegrationSteps } from "../../stack/steps";
import { countManaged, inventoryErrors, unlistedOf, unmanagedOf } from "../../stack/unmanaged";
import { stepsOf, urnOf } from "../cli/drift/helpers/engine-events";

const integration = (externalBusinessId: string, integrationId?: string) => ({
  externalBusinessId,
  ...(integrationId === undefined ? {} : { integrationId }),
});

function managedIntegrations(...bags: Record<string, unknown>[]) {
  const steps = bags.map((bag, index) => ({ op: "refresh", name: String(index), old: bag, new: bag }));
  return stepsOf(...steps).integrations.values();
}

test("counts an integration as managed if another stack manages it with another account name", () => {
  const managed = { externalBusinessId: "a", integrationId: "1", account: "north" };
  const inventory = [{ account: "nord", integrations: [integration("a", "1"), integration("b", "2")] }];
  expect(
    unmanagedOf([
      { integrations: [], inventory },
      { integrations: managedIntegrations(managed), inventory: [] },
    ]),
  ).toEqual([[{ externalBusinessId: "b", integrationId: "2", account: "nord" }], []]);
});

test("counts an integration that the update would create as managed, only in its account", () => {
  const { integrations } = stepsOf({ op: "create", new: { externalBusinessId: "a", account: "north" } });
  for (const steps of integrations.values()) {
    steps.planned = {
      op: "create",
      diff: [],
      wanted: { id: "", inputs: { externalBusinessId: "a", account: "north" }, outputs: {} },
    };
  }
  const inventory = ["north", "south"].map((account, index) => ({
    account,
    integrations: [integration("a", String(index))],
  }));
  expect(unmanagedOf([{ integrations: integrations.values(), inventory }])).toEqual([
    [{ externalBusinessId: "a", integrationId: "1", account: "south" }],
  ]);
});

test("reports an integration of several accounts or stacks once, with preference for the default provider", () => {
  const shared = [integration("a", "1")];
  const inventory = [
    { providerName: "east", integrations: shared },
    { account: "north", integrations: shared },
    { integrations: shared },
  ];
  const stack = { integrations: [], inventory };
  expect(unmanagedOf([stack, stack])).toEqual([[integration("a", "1")], []]);
});

test("counts each managed integration of several accounts and stacks once, and those of accounts without a list by their state", () => {
  const managed = { externalBusinessId: "a", integrationId: "1", account: "north" };
  const listed = [
    { account: "north", integrations: [integration("a", "1"), integration("more", "2")] },
    { account: "nord", integrations: [integration("a", "1"), integration("more", "2")] },
    { account: "south", integrations: [], error: "failed" },
  ];
  const merchant = (name: string, changes: Partial<MerchantReport> = {}) =>
    ({ urn: urnOf(name), account: "south", status: "revoked", pending: [], ...changes }) as MerchantReport;
  const stack = (
    integrations: Iterable<IntegrationSteps>,
    inventory: InventoryObservation[],
    ...merchants: MerchantReport[]
  ) => ({
    integrations: [...integrations],
    inventory,
    report: { merchants },
  });
  const inNorth = merchant("0", { account: "north", status: "in-sync" });
  const stacks = [
    stack(managedIntegrations(managed), listed, inNorth),
    stack(
      managedIntegrations(managed),
      listed,
      inNorth,
      merchant("revoked"),
      merchant("missing", { status: "missing" }),
    ),
    // The list of another account has its integration.
    stack(managedIntegrations({ ...managed, account: "south" }), [], merchant("0")),
    stack([], [], merchant("new", { status: "pending", pending: ["create"] })),
  ];
  expect(countManaged(stacks)).toBe(2);
  expect(unmanagedOf(stacks).flat()).toHaveLength(1);
});

test("names each account that could not be listed, and reports an error unless one of its merchants is unreachable or revoked", () => {
  const inventory = [
    { account: "north", integrations: [], error: "north failed" },
    { account: "south", integrations: [], error: "south failed" },
    { providerName: "north", integrations: [], error: "provider failed" },
  ];
  const merchants = [
    { account: "north", status: "revoked" },
    { account: "south", status: "in-sync" },
  ] as MerchantReport[];
  expect(inventoryErrors(inventory, merchants)).toEqual(["south failed", "provider failed"]);
  expect(unlistedOf([...inventory, { account: "east", integrations: [] }])).toEqual([
    { account: "north", reason: "north failed" },
    { account: "south", reason: "south failed" },
    { provider: "north", reason: "provider failed" },
  ]);
});
