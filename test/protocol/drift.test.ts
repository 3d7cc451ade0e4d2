import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { argumentsWith, type FieldCase, readableFields } from "./helpers/fields";
import { Lab, providerTypes } from "./helpers/lab";

const refresh = ["refresh", "--preview-only", "--expect-no-changes"] as const;
const noDrift = 0;
const drift = 7;
const error = 1;

describe.each(providerTypes)("%s: drift", (providerType) => {
  const changed = ({ name }: FieldCase) => `changed-${name}`;
  const cleared = ({ name }: FieldCase) => `cleared-${name}`;
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
    const ids = readableFields.flatMap((field) => [changed(field), cleared(field)]);
    lab.program({
      ...Object.fromEntries(ids.map((id) => [id, argumentsWith(id)])),
      equivalent: {
        externalBusinessId: "equivalent",
        scopes: ["ads:read", "ads:write"],
        partnerMetadata: { plan: 1, shops: ["a", "b"] },
        partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00Z"),
      },
      partial: { externalBusinessId: "partial", connectedMerchantId: "11" },
    });
    await lab.up();
  });

  afterAll(() => lab.close());

  test("is not found right after an update", async () => {
    expect(await lab.previewExit("--refresh")).toBe(noDrift);
  });

  test("ignores equivalent values and changes to unmanaged fields", async () => {
    lab.emulator.change("equivalent", {
      scopes: "ads:write ads:read,ads:write",
      partner_metadata: '{ "shops": ["a", "b"], "plan": 1.0 }',
      partner_access_token_expiry: Date.parse("2030-01-01T00:00:00Z") + 999,
      connected_lba_id: "",
      partner_refresh_token_expiry: 0,
    });
    lab.emulator.change("partial", {
      connected_advertiser_id: "99",
      scopes: "ads:read",
      partner_metadata: "theirs",
    });
    expect(await lab.previewExit("--refresh")).toBe(noDrift);
    lab.emulator.setSwitches({ metadataUnset: "null" });
    expect((await lab.run(...refresh)).exitCode).toBe(noDrift);
  });

  describe("after fields were changed and cleared at Pinterest", () => {
    beforeAll(() => {
      for (const field of readableFields) {
        lab.emulator.change(changed(field), { [field.wire]: field.after });
        lab.emulator.change(cleared(field), { [field.wire]: null });
      }
      lab.emulator.clearRequests();
    });

    test("a preview with refresh shows an update of exactly the field that differs", async () => {
      const { exitCode, steps } = await lab.preview("--refresh");
      expect(exitCode).toBe(drift);
      const updates = steps.filter(({ op }) => op === "update");
      expect(
        Object.fromEntries(updates.map((step) => [step.name, Object.keys(step.detailedDiff ?? {})])),
      ).toEqual(
        Object.fromEntries(
          readableFields.flatMap((field) => [
            [changed(field), [field.name]],
            [cleared(field), [field.name]],
          ]),
        ),
      );
      expect(steps.filter(({ op }) => !["update", "refresh", "same"].includes(op))).toEqual([]);
    });

    test("the preview of a refresh also finds it", async () => {
      expect((await lab.run(...refresh)).exitCode).toBe(drift);
    });

    test("an unavailable API is an error, and nothing is removed from state", async () => {
      lab.emulator.armFault({ kind: "answer", status: 503, times: "all" });
      const unavailable = await lab.preview("--refresh");
      expect(unavailable.exitCode).toBe(error);
      expect(unavailable.output).toContain("503");
      lab.emulator.disarmFaults();

      const url = lab.environment.PINTEREST_API_URL ?? "";
      lab.environment.PINTEREST_API_URL = "http://127.0.0.1:1/v5";
      const unreachable = await lab.run(...refresh);
      expect(unreachable.exitCode).toBe(error);
      expect(unreachable.output).toContain("ECONNREFUSED");
      lab.environment.PINTEREST_API_URL = url;

      // A proxy's 404 does not mean that the integration is missing, so the resource must stay in state and must not be recreated.
      lab.emulator.armFault({ kind: "answer", status: 404, body: "<h1>404</h1>", times: "all" });
      expect((await lab.fail("up", "--refresh")).output).toContain("404");
      lab.emulator.disarmFaults();
      expect(Object.keys(lab.state())).toHaveLength(2 * readableFields.length + 2);
    });

    test("none of these commands writes to Pinterest", () => {
      expect(lab.writes()).toEqual([]);
    });

    test.each(["", "/v4"])(
      "an apiUrl that ends in %j is an error that names it, and nothing is removed from state",
      async (path) => {
        const url = lab.environment.PINTEREST_API_URL ?? "";
        const before = lab.state();
        lab.environment.PINTEREST_API_URL = url.replace(/\/v5$/, path);
        for (const command of ["refresh", "destroy"]) {
          const { output } = await lab.fail(command, "--yes");
          expect(output).toMatch(/Check `pinterest:apiUrl` \(PINTEREST_API_URL\): it normally ends in \/v5/);
        }
        lab.environment.PINTEREST_API_URL = url;
        expect(lab.state()).toEqual(before);
        // The deletions were sent to an address that does not exist.
        lab.emulator.clearRequests();
      },
    );

    test("`up --refresh` restores each field with a request that contains only this field", async () => {
      await lab.up("--refresh");
      for (const field of readableFields) {
        for (const id of [changed(field), cleared(field)]) {
          expect([id, lab.written(id)]).toEqual([id, [["PATCH", { [field.wire]: field.before }]]]);
          expect(lab.emulator.integration(id)).toMatchObject(
            Object.fromEntries(readableFields.map(({ wire, before }) => [wire, before])),
          );
        }
      }
      expect(lab.writes()).toHaveLength(2 * readableFields.length);
      for (const unset of ["connectedLbaId", "partnerRefreshTokenExpiry"]) {
        expect(lab.state().equivalent?.outputs).not.toHaveProperty(unset);
      }
      expect(await lab.previewExit("--refresh")).toBe(noDrift);
    });
  });
});
