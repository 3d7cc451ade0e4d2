import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, type Run, type StateResource } from "./helpers/lab";
import { everyField } from "./helpers/values";

const everyValue = Object.fromEntries(everyField.map(({ name, before }) => [name, before]));
const allCleared = Object.fromEntries(everyField.map(({ wire }) => [wire, null]));
const tagged = { connectedMerchantId: "11", connectedTagId: "33" };
const secrets = { partnerAccessToken: "partner-token", partnerPrimaryEmail: "shop@example.com" };

let lab: Lab;
let declared: Record<string, Record<string, unknown>>;

/** Declares arguments for integrations, whose names in the program are their external ids. */
function declare(integrations: Record<string, Record<string, unknown>>): void {
  for (const [name, args] of Object.entries(integrations)) {
    declared[name] = { externalBusinessId: name, ...args };
  }
  lab.program(declared);
}

beforeAll(async () => {
  lab = await Lab.open();
  declared = {};
  declare({
    cleared: everyValue,
    lagging: { ...tagged, partnerAccessToken: "partner-token" },
    ignored: tagged,
    refused: tagged,
    "put-back": tagged,
    anew: tagged,
    secrets,
    mixed: { connectedTagId: "33", partnerAccessToken: "partner-token" },
  });
  await lab.up();
});

afterAll(() => lab.close());

test("clears what left the program, secrets too, in a request of its own, and then previews empty", async () => {
  lab.emulator.clearRequests();
  declare({ cleared: {} });
  await lab.up();
  expect(lab.written("cleared")).toEqual([["PATCH", allCleared]]);
  expect(lab.emulator.integration("cleared")).toMatchObject(allCleared);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("waits for a read that lags behind the clearing", async () => {
  lab.emulator.setSwitches({ readLag: 2 });
  declare({ lagging: { connectedMerchantId: "12" } });
  await lab.up();
  lab.emulator.setSwitches({ readLag: 0 });
  expect(lab.emulator.integration("lagging")).toMatchObject({
    connected_merchant_id: "12",
    connected_tag_id: null,
    partner_access_token: null,
  });
  expect((await lab.state()).lagging?.outputs).not.toHaveProperty("connectedTagId");
});

describe("where Pinterest does not clear", () => {
  let run: Run;
  let state: Record<string, StateResource>;
  let previewExit: number;

  beforeAll(async () => {
    // The refused one's first update changes the merchant, its second asks to clear the tag.
    lab.emulator.armFault({
      kind: "answer",
      status: 400,
      body: { code: 1, message: "null is not allowed" },
      operation: "update",
      external_business_id: "refused",
      skip: 1,
    });
    lab.emulator.setSwitches({ clearByNull: "ignored", recordSecrets: "null" });
    declare({
      ignored: { connectedMerchantId: "12" },
      refused: { connectedMerchantId: "12" },
      "put-back": { connectedMerchantId: "11" },
      anew: { connectedMerchantId: "11" },
      secrets: {},
      mixed: {},
    });
    run = await lab.upFails();
    state = await lab.state();
    previewExit = await lab.previewExit("--refresh");
  });

  test.each([
    ["ignored", "`connectedTagId` left the program, but Pinterest still holds a value after being asked"],
    ["refused", "`connectedTagId` left the program, but Pinterest refused to clear it"],
    [
      "mixed",
      "`connectedTagId`, `partnerAccessToken` left the program, but Pinterest still holds a value of `connectedTagId`",
    ],
    ["secrets", "`partnerAccessToken`, `partnerPrimaryEmail` left the program, but Pinterest does not show"],
  ])("fails by the property's name and offers the ways out: %s", (name, message) => {
    const told = run.output.split("\n").find((line) => line.includes(`updating integration '${name}': `));
    expect(told).toContain(message);
    for (const way of ["put the property back", 'whenRemoved: "release"', "--target-replace '**::NAME'"]) {
      expect(told).toContain(way);
    }
  });

  test("what was changed in the same update is kept, what was not cleared stays in state and in the plan", () => {
    for (const name of ["ignored", "refused"]) {
      expect(lab.emulator.integration(name)).toMatchObject({
        connected_merchant_id: "12",
        connected_tag_id: "33",
      });
      // What left the program counts as a secret: the program may have had it as one.
      const connectedTagId = { ciphertext: expect.any(String) };
      expect(state[name]?.outputs).toMatchObject({ connectedMerchantId: "12", connectedTagId });
    }
    expect(state.mixed?.outputs).toMatchObject({ __managed: "tA~tA" });
    expect(previewExit).toBe(7);
  });

  test("each way out resolves it: released without a write, put back, or made anew", async () => {
    lab.emulator.clearRequests();
    const command = /pulumi up --target-replace '[^']+'/.exec(run.output)?.[0].replace("NAME", "anew");
    expect(await lab.process("sh", "-c", `${command} --skip-preview`)).toMatchObject({ exitCode: 0 });
    declare({
      ignored: { connectedMerchantId: "12", whenRemoved: "release" },
      refused: { connectedMerchantId: "12", whenRemoved: "release" },
      "put-back": tagged,
      mixed: { whenRemoved: "release" },
      secrets: { whenRemoved: "release" },
    });
    const { output } = await lab.up();
    expect(output).toContain(
      "integration 'ignored': no longer managed, and left as it is at Pinterest: `connectedTagId`",
    );
    expect(lab.writes()).toEqual(["DELETE anew", "POST anew"]);
    expect(lab.emulator.integration("ignored")).toMatchObject({ connected_tag_id: "33" });
    expect(lab.emulator.integration("anew")).toMatchObject({ connected_tag_id: null });
    expect(await lab.previewExit("--refresh")).toBe(0);
  });
});
