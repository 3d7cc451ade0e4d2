import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Resource } from "./helpers/engine";
import { everyField } from "./helpers/fields";
import { Lab, providerTypes, type Run } from "./helpers/lab";
import { secret } from "./helpers/values";

const everyValue = Object.fromEntries(everyField.map(({ name, before }) => [name, before]));
const allCleared = Object.fromEntries(everyField.map(({ wire }) => [wire, null]));
const tagged = { connectedMerchantId: "11", connectedTagId: "33" };
const secrets = { partnerAccessToken: "partner-token", partnerPrimaryEmail: "shop@example.com" };

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;
  let declared: Record<string, Record<string, unknown>>;

  /** Declares integrations by their external business IDs, in addition to those declared before. */
  function declare(integrations: Record<string, Record<string, unknown>>): void {
    for (const [name, args] of Object.entries(integrations)) {
      declared[name] = { externalBusinessId: name, ...args };
    }
    lab.program(declared);
  }

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
    declared = {};
    declare({
      cleared: everyValue,
      "stale-read": { ...tagged, partnerAccessToken: "partner-token" },
      ignored: tagged,
      refused: tagged,
      restored: tagged,
      recreated: tagged,
      secrets,
      mixed: { connectedTagId: "33", partnerAccessToken: "partner-token" },
    });
    await lab.up();
  });

  afterAll(() => lab.close());

  test("clears removed properties and secrets in one request, and the next preview is empty", async () => {
    lab.emulator.clearRequests();
    declare({ cleared: {} });
    await lab.up();
    expect(lab.written("cleared")).toEqual([["PATCH", allCleared]]);
    expect(lab.emulator.integration("cleared")).toMatchObject(allCleared);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("retries stale reads after clearing", async () => {
    lab.emulator.setSwitches({ readLag: 2 });
    declare({ "stale-read": { connectedMerchantId: "12" } });
    await lab.up();
    lab.emulator.setSwitches({ readLag: 0 });
    expect(lab.emulator.integration("stale-read")).toMatchObject({
      connected_merchant_id: "12",
      connected_tag_id: null,
      partner_access_token: null,
    });
    expect(lab.state()["stale-read"]?.outputs).not.toHaveProperty("connectedTagId");
  });

  describe("if Pinterest does not clear", () => {
    let run: Run;
    let state: Record<string, Resource>;
    let previewExit: number;

    beforeAll(async () => {
      // The first PATCH of `refused` changes the merchant, and the second one clears the tag.
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
        restored: { connectedMerchantId: "11" },
        recreated: { connectedMerchantId: "11" },
        secrets: {},
        mixed: {},
      });
      run = await lab.upFails();
      state = lab.state();
      previewExit = await lab.previewExit("--refresh");
    });

    test.each([
      [
        "ignored",
        "`connectedTagId` was removed from the program, but Pinterest still holds a value after being asked",
      ],
      ["refused", "`connectedTagId` was removed from the program, but Pinterest refused to clear it"],
      [
        "mixed",
        "`connectedTagId`, `partnerAccessToken` were removed from the program, but Pinterest still holds a value of `connectedTagId`",
      ],
      [
        "secrets",
        "`partnerAccessToken`, `partnerPrimaryEmail` were removed from the program, but Pinterest does not show",
      ],
    ])("fails the update of `%s`, naming the properties and the ways to resolve it", (name, message) => {
      const error = run.output.split("\n").find((line) => line.includes(`updating integration '${name}': `));
      expect(error).toContain(message);
      for (const way of [
        "Restore the property",
        'whenRemoved: "release"',
        "remove the resource from the program, run `pulumi up`, add it again, and run `pulumi up`",
      ]) {
        expect(error).toContain(way);
      }
    });

    test("keeps the other changes, and the properties that were not cleared stay in state and in the plan", () => {
      for (const name of ["ignored", "refused"]) {
        expect(lab.emulator.integration(name)).toMatchObject({
          connected_merchant_id: "12",
          connected_tag_id: "33",
        });
        // The provider treats a removed value as a secret, because it may have been one in the program.
        const connectedTagId = secret("33");
        expect(state[name]?.outputs).toMatchObject({ connectedMerchantId: "12", connectedTagId });
      }
      expect(state.mixed?.outputs).toMatchObject({ __managed: "tA~tA" });
      expect(previewExit).toBe(7);
    });

    test("succeeds with each suggested remedy: releasing, restoring or recreating", async () => {
      lab.emulator.clearRequests();
      const { recreated, ...others } = declared;
      declared = others;
      declare({
        ignored: { connectedMerchantId: "12", whenRemoved: "release" },
        refused: { connectedMerchantId: "12", whenRemoved: "release" },
        restored: tagged,
        mixed: { whenRemoved: "release" },
        secrets: { whenRemoved: "release" },
      });
      const { output } = await lab.up();
      declare({ recreated: recreated ?? {} });
      await lab.up();
      expect(output).toContain(
        "integration 'ignored': no longer managed, and left as it is at Pinterest: `connectedTagId`",
      );
      expect(lab.writes()).toEqual(["DELETE recreated", "POST recreated"]);
      expect(lab.emulator.integration("ignored")).toMatchObject({ connected_tag_id: "33" });
      expect(lab.emulator.integration("recreated")).toMatchObject({ connected_tag_id: null });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
});
