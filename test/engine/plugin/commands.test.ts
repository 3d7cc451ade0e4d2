import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PreflightReport } from "../../../cli/preflight/preflight";
import { drift, drifted, inSync, pending } from "../helpers/drift";
import { Lab } from "../helpers/lab";

let lab: Lab;

const before = () => `
  const east = new pinterest.Provider("east", { accessToken: pulumi.secret("${lab.emulator.token("east")}") });
  pinterest.CommerceIntegration.get("lookup", "looked-up");
`;

const deployed = {
  inSync: { externalBusinessId: "in-sync", connectedTagId: "1" },
  drifted: { externalBusinessId: "drifted", connectedTagId: "1", scopes: "b a" },
  partner: { externalBusinessId: "partner", partnerAccessToken: "partner-hush" },
  missing: { externalBusinessId: "missing" },
  ofNorth: { externalBusinessId: "of-north", account: "north" },
  ofEast: { args: { externalBusinessId: "of-east", connectedTagId: "1" }, options: "{ provider: east }" },
};

const planned = {
  created: { externalBusinessId: "created" },
  equal: { externalBusinessId: "equal", connectedTagId: "1" },
  overwritten: { externalBusinessId: "overwritten", connectedTagId: "2", adopt: true },
  refused: { externalBusinessId: "refused", connectedTagId: "2" },
  imported: {
    args: { externalBusinessId: "imported", connectedTagId: "1" },
    options: '{ import: "imported" }',
  },
  equalOfEast: {
    args: { externalBusinessId: "equal-of-east", partnerAccessToken: "partner-hush" },
    options: "{ provider: east }",
  },
};
const foreign = { foreign: { externalBusinessId: "foreign" } };

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
  for (const name of ["north", "east"]) lab.emulator.addAccount({ name });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: lab.emulator.token("north") });
  lab.emulator.put("looked-up", { connected_tag_id: "3" });
  const removed = {
    removed: { externalBusinessId: "removed", connectedTagId: "1" },
    removedEast: { args: { externalBusinessId: "removed-east" }, options: "{ provider: east }" },
  };
  lab.program({ ...deployed, ...removed }, before());
  await lab.up();
});

afterAll(() => lab.close());

test("drift reports the plugin's integrations by property, and fixes them", async () => {
  // The engine does not read resources that were removed from the program.
  lab.program(deployed, before());
  lab.emulator.put("unmanaged", {});
  lab.emulator.put("unmanaged-east", {}, { account: "east" });
  lab.emulator.change("looked-up", { connected_tag_id: "4" });
  for (const id of ["drifted", "of-east", "removed"]) lab.emulator.change(id, { connected_tag_id: "7" });
  lab.emulator.change("drifted", { scopes: "c" });
  lab.emulator.remove("missing");
  lab.emulator.setAccount("north", { revoked: true });
  const run = await drift(lab, "--unmanaged");
  expect(run.exitCode).toBe(17);
  expect(run.report.stacks[0]?.unmanaged?.map(({ externalBusinessId }) => externalBusinessId).sort()).toEqual(
    ["looked-up", "unmanaged", "unmanaged-east"],
  );
  expect(run.merchants).toEqual({
    inSync,
    drifted: drifted({ connectedTagId: ["1", "7"], scopes: ["a,b", "c"] }),
    partner: inSync,
    missing: { status: "missing", properties: {}, pending: [] },
    ofNorth: expect.objectContaining({ status: "revoked" }),
    ofEast: drifted({ connectedTagId: ["1", "7"] }),
    removed: pending("delete"),
    removedEast: pending("delete"),
  });
  lab.emulator.setAccount("north", { revoked: false });
  lab.emulator.clearRequests();
  const fixed = await lab.cli("drift", "--fix", "--include-pending", "--yes");
  expect(fixed).toMatchObject({ exitCode: 0 });
  expect(lab.writes().sort()).toEqual([
    "DELETE removed",
    "DELETE removed-east",
    "PATCH drifted",
    "PATCH of-east",
    "POST missing",
  ]);
});

test("preflight reports the outcome of each create with the plugin, and only reads", async () => {
  for (const id of ["equal", "imported", "overwritten", "refused"])
    lab.emulator.put(id, { connected_tag_id: "1" });
  lab.emulator.put("foreign", {}, { account: "north" });
  lab.emulator.put("equal-of-east", { partner_access_token: "partner-hush" }, { account: "east" });
  lab.program({ ...deployed, ...planned, ...foreign }, before());
  lab.emulator.clearRequests();
  const run = await lab.cli("preflight", "--json");
  const { creates } = JSON.parse(run.stdout) as PreflightReport;
  expect(run.exitCode).toBe(1);
  expect(Object.fromEntries(creates.map(({ name, verdict }) => [name, verdict]))).toEqual({
    created: "created",
    equal: "adopted",
    imported: "imported",
    overwritten: "overwritten",
    refused: "refused",
    foreign: "foreign",
    equalOfEast: "adopted",
  });
  expect(creates.find(({ name }) => name === "refused")?.differences).toEqual([
    { name: "connectedTagId", secret: false, program: "2", pinterest: "1" },
  ]);
  expect(lab.writes()).toEqual([]);
});

test("doctor finds the plugin at the path in Pulumi.yaml", async () => {
  const run = await lab.cli("doctor", "--json");
  const { checks } = JSON.parse(run.stdout) as { checks: { id: string; status: string; found: string }[] };
  expect(checks.filter(({ status }) => status === "error")).toEqual([]);
  expect(checks.find(({ id }) => id === "plugin")?.found).toMatch(
    /node_modules\/\.bin\/pulumi-resource-pinterest$/,
  );
  expect(checks.find(({ id }) => id === "stack")?.found).toContain("with 7 integrations");
});
