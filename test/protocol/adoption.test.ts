import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes, type Run } from "./helpers/lab";

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
};

const foreign = {
  seenByRead: { externalBusinessId: "foreign-read" },
  seenByWrite: { externalBusinessId: "foreign-write" },
  forbidden: { externalBusinessId: "foreign-403" },
};

describe.each(providerTypes)("%s: a create of an integration that already exists", (providerType) => {
  let lab: Lab;
  let run: Run;
  let owner: string | undefined;

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
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
    const otherAccount = emulator.accounts()[1];
    owner = otherAccount?.connected_user_id;
    for (const { externalBusinessId } of Object.values(foreign)) {
      emulator.put(externalBusinessId, {}, { account: otherAccount?.name });
    }
    const get = { kind: "answer", operation: "get" } as const;
    emulator.armFault({
      ...get,
      external_business_id: "foreign-write",
      status: 404,
      body: { code: 4180, message: "not found" },
    });
    emulator.armFault({
      ...get,
      external_business_id: "foreign-403",
      status: 403,
      body: { code: 29, message: "no" },
    });
    lab.program({ ...program, ...foreign });
    run = await lab.upFails();
  });

  afterAll(() => lab.close());

  test("adopts it without a write if it matches the program", () => {
    expect(run.output).toContain(
      "adopted integration 'equal': it already exists at Pinterest and matches the program",
    );
    expect(lab.written("equal")).toEqual([]);
    expect(lab.state().equal?.outputs).toMatchObject({
      integrationId: lab.emulator.integration("equal")?.id,
    });
  });

  test("adopts it and writes its partner secrets, because these cannot be compared", () => {
    expect(run.output).toContain(
      "matches the program; wrote `partnerAccessToken`, because secrets cannot be compared",
    );
    expect(lab.written("with-secret")).toEqual([["PATCH", { partner_access_token: "partner-new" }]]);
  });

  test("overwrites with `adopt: true` only the fields that differ and secrets", () => {
    expect(run.output).toContain(
      "adopted integration 'adopting', which already exists at Pinterest, and overwrote `connectedTagId`, `partnerPrimaryEmail`",
    );
    expect(lab.written("adopting")).toEqual([
      ["PATCH", { connected_tag_id: "33", partner_primary_email: "shop@example.com" }],
    ]);
    expect(lab.emulator.integration("adopting")).toMatchObject({ additional_id_1: "theirs" });
    expect(run.output).toContain(
      "adopted integration 'adopting-equal': it already exists at Pinterest and matches the program",
    );
    expect(lab.written("adopting-equal")).toEqual([]);
  });

  test("fails without a write if it differs, and names the properties without their values", () => {
    expect(run.output).toContain(
      "differs from the program in `connectedTagId`, `partnerMetadata`. Nothing was changed.",
    );
    expect(run.output).not.toMatch(/(old|new)-plan/);
    expect(lab.written("differing")).toEqual([]);
    expect(lab.state().differing).toBeUndefined();
  });

  test("fails if it belongs to another account, for each request that can show this", () => {
    for (const { externalBusinessId } of Object.values(foreign)) {
      expect(run.output).toContain(`integration '${externalBusinessId}' belongs to another owner`);
    }
    expect(lab.written("foreign-read")).toEqual([]);
    expect(lab.written("foreign-403")).toEqual([]);
    expect(lab.emulator.integration("foreign-write")).toMatchObject({ connected_user_id: owner });
    expect(Object.keys(lab.state()).sort()).toEqual(["adopting", "adoptingEqual", "equal", "withSecret"]);
  });
});
