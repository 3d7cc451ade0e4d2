import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run, type StateResource } from "./helpers/lab";

/** Anything that a shell, its `echo` or JSON could take for its own. */
const awkwardId = `it's "50%" of $HOME \\t \`n\` / ü`;

const program = {
  equal: { externalBusinessId: "equal", connectedTagId: "33", scopes: ["ads:read", "ads:write"] },
  withSecret: { externalBusinessId: "with-secret", connectedTagId: "33", partnerAccessToken: "partner-new" },
  adoptingEqual: { externalBusinessId: "adopting-equal", connectedTagId: "33", adopt: true },
  adopting: {
    externalBusinessId: "adopting",
    connectedMerchantId: "11",
    connectedTagId: "33",
    partnerPrimaryEmail: "shop@example.com",
    adopt: true,
  },
  differing: {
    externalBusinessId: "differing",
    connectedMerchantId: "11",
    connectedTagId: "33",
    partnerMetadata: { plan: "new-plan" },
  },
  awkward: { externalBusinessId: awkwardId, connectedTagId: "33" },
};

const foreign = {
  seenByRead: { externalBusinessId: "foreign-read" },
  seenByWrite: { externalBusinessId: "foreign-write" },
  forbidden: { externalBusinessId: "foreign-403" },
};

let lab: Lab;
let run: Run;
let state: Record<string, StateResource>;

beforeAll(async () => {
  lab = await Lab.open();
  const { emulator } = lab;
  emulator.put("equal", { connected_tag_id: "33", scopes: "ads:write, ads:read" });
  emulator.put("with-secret", { connected_tag_id: "33", partner_access_token: "partner-old" });
  emulator.put("adopting", {
    connected_merchant_id: "11",
    connected_tag_id: "99",
    additional_id_1: "theirs",
  });
  emulator.put("adopting-equal", { connected_tag_id: "33", connected_lba_id: "44" });
  emulator.put("differing", {
    connected_merchant_id: "11",
    connected_tag_id: "99",
    partner_metadata: '{"plan":"old-plan"}',
  });
  emulator.put(awkwardId, { connected_tag_id: "99" });
  const other = emulator.accounts()[1]?.name;
  for (const { externalBusinessId } of Object.values(foreign)) {
    emulator.put(externalBusinessId, {}, { account: other });
  }
  const missing = { code: 4180, message: "not found" };
  const get = { kind: "answer", operation: "get" } as const;
  emulator.armFault({ ...get, external_business_id: "foreign-write", status: 404, body: missing });
  emulator.armFault({
    ...get,
    external_business_id: "foreign-403",
    status: 403,
    body: { code: 29, message: "no" },
  });
  lab.program({ ...program, ...foreign });
  run = await lab.upFails();
  state = await lab.state();
});

afterAll(() => lab.close());

test("takes over what equals the program, says so, and writes nothing", () => {
  expect(run.output).toContain("integration 'equal' was at Pinterest already, equal to the program's");
  expect(lab.written("equal")).toEqual([]);
  expect(state.equal?.outputs).toMatchObject({ integrationId: lab.emulator.integration("equal")?.id });
});

test("writes partner secrets, which cannot be compared, to what it takes over, and says so", () => {
  expect(run.output).toContain(
    "equal to the program's (`partnerAccessToken` written, which cannot be compared)",
  );
  expect(lab.written("with-secret")).toEqual([["PATCH", { partner_access_token: "partner-new" }]]);
});

test("with `adopt` overwrites the differing fields and secrets, no others, and says so", () => {
  expect(run.output).toContain(
    "integration 'adopting' was at Pinterest already; adopted, `connectedTagId`, `partnerPrimaryEmail` overwritten",
  );
  expect(lab.written("adopting")).toEqual([
    ["PATCH", { connected_tag_id: "33", partner_primary_email: "shop@example.com" }],
  ]);
  expect(lab.emulator.integration("adopting")).toMatchObject({ additional_id_1: "theirs" });
  expect(run.output).toContain(
    "integration 'adopting-equal' was at Pinterest already, equal to the program's",
  );
  expect(lab.written("adopting-equal")).toEqual([]);
});

test("refuses what differs, names the properties and not their values, and writes nothing", () => {
  expect(run.output).toContain(
    "differs from the program in `connectedTagId`, `partnerMetadata`. Nothing was changed.",
  );
  expect(run.output).not.toMatch(/(old|new)-plan/);
  expect(lab.written("differing")).toEqual([]);
  expect(state.differing).toBeUndefined();
});

test("refuses what belongs to somebody else, whichever request shows it", () => {
  for (const { externalBusinessId } of Object.values(foreign)) {
    expect(run.output).toContain(`integration '${externalBusinessId}' belongs to somebody else`);
  }
  expect(lab.written("foreign-read")).toEqual([]);
  expect(lab.written("foreign-403")).toEqual([]);
  const owner = lab.emulator.accounts()[1]?.connected_user_id;
  expect(lab.emulator.integration("foreign-write")).toMatchObject({ connected_user_id: owner });
  expect(Object.keys(state).sort()).toEqual(["adopting", "adoptingEqual", "equal", "withSecret"]);
});

test("the refusal's own command imports without a write, and the next update then converges", async () => {
  const commands = run.output.match(/^(?: *printf .*\n)? *pulumi import .*$/gm) ?? [];
  expect(commands).toHaveLength(2);
  lab.emulator.clearRequests();
  for (const command of commands) {
    const name = command.includes("differing") ? "differing" : "awkward";
    expect(await lab.process("sh", "-c", command.replace("NAME", name))).toMatchObject({ exitCode: 0 });
  }
  expect(lab.writes()).toEqual([]);
  expect((await lab.state()).awkward).toMatchObject({ id: awkwardId });
  lab.program(program);
  await lab.up();
  expect(lab.emulator.integration(awkwardId)).toMatchObject({ connected_tag_id: "33" });
  expect(lab.emulator.integration("differing")).toMatchObject({
    connected_merchant_id: "11",
    connected_tag_id: "33",
    partner_metadata: '{"plan":"new-plan"}',
  });
  expect(await lab.previewExit("--refresh")).toBe(0);
});
