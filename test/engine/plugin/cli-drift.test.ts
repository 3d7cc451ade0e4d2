import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { drift, drifted, pending, same } from "../helpers/drift";
import { Lab } from "../helpers/lab";

let lab: Lab;

const before = () => `
  const east = new pinterest.Provider("east", { accessToken: pulumi.secret("${lab.emulator.token("east")}") });
  pinterest.CommerceIntegration.get("lookup", "looked-up");
`;

const program = {
  same: { externalBusinessId: "same", connectedTagId: "1" },
  drifted: { externalBusinessId: "drifted", connectedTagId: "1", scopes: "b a" },
  partner: { externalBusinessId: "partner", partnerAccessToken: "partner-hush" },
  gone: { externalBusinessId: "gone" },
  ofNorth: { externalBusinessId: "of-north", account: "north" },
  ofEast: { args: { externalBusinessId: "of-east", connectedTagId: "1" }, options: "{ provider: east }" },
};

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
  for (const name of ["north", "east"]) lab.emulator.addAccount({ name });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: lab.emulator.token("north") });
  lab.emulator.put("looked-up", { connected_tag_id: "3" });
  const removed = {
    removed: { externalBusinessId: "removed", connectedTagId: "1" },
    removedEast: { args: { externalBusinessId: "removed-east" }, options: "{ provider: east }" },
  };
  lab.program({ ...program, ...removed }, before());
  await lab.up();
});

afterAll(() => lab.close());

test("drift of the plugin's integrations is named by property, and healed", async () => {
  // What left the program the engine does not read.
  lab.program(program, before());
  lab.emulator.put("unmanaged", {});
  lab.emulator.put("unmanaged-east", {}, { account: "east" });
  lab.emulator.change("looked-up", { connected_tag_id: "4" });
  for (const id of ["drifted", "of-east", "removed"]) lab.emulator.change(id, { connected_tag_id: "7" });
  lab.emulator.change("drifted", { scopes: "c" });
  lab.emulator.remove("gone");
  lab.emulator.setAccount("north", { revoked: true });
  const run = await drift(lab, "--unmanaged");
  expect(run.exitCode).toBe(10);
  expect(run.report.stacks[0]?.unmanaged?.map(({ externalBusinessId }) => externalBusinessId).sort()).toEqual(
    ["looked-up", "unmanaged", "unmanaged-east"],
  );
  expect(run.merchants).toEqual({
    same,
    drifted: drifted({ connectedTagId: ["1", "7"], scopes: ["a,b", "c"] }),
    partner: same,
    gone: { status: "gone", properties: {}, pending: [] },
    ofNorth: expect.objectContaining({ status: "revoked" }),
    ofEast: drifted({ connectedTagId: ["1", "7"] }),
    removed: pending("delete"),
    removedEast: pending("delete"),
  });
  lab.emulator.setAccount("north", { revoked: false });
  lab.emulator.clearRequests();
  const healed = await lab.cli("drift", "--heal", "--include-pending", "--yes");
  expect(healed).toMatchObject({ exitCode: 0 });
  expect(lab.writes().sort()).toEqual([
    "DELETE removed",
    "DELETE removed-east",
    "PATCH drifted",
    "PATCH of-east",
    "POST gone",
  ]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});
