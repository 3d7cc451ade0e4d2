import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { argumentsWith, type FieldCase, readableFields } from "../protocol/helpers/fields";
import { Lab } from "./helpers/lab";

const expectNoChanges = ["refresh", "--preview-only", "--expect-no-changes"];
const noDrift = 0;
const drift = 7;

const changed = ({ name }: FieldCase) => `changed-${name}`;
const cleared = ({ name }: FieldCase) => `cleared-${name}`;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  const ids = readableFields.flatMap((field) => [changed(field), cleared(field)]);
  lab.program({
    ...Object.fromEntries(ids.map((id) => [id, argumentsWith(id)])),
    "same-meaning": {
      externalBusinessId: "same-meaning",
      scopes: ["ads:read", "ads:write"],
      partnerMetadata: { plan: 1, shops: ["a", "b"] },
      partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00Z"),
    },
    partial: { externalBusinessId: "partial", connectedMerchantId: "11" },
  });
  await lab.up();
});

afterAll(() => lab.close());

test("nothing has drifted right after an update", async () => {
  expect(await lab.previewExit("--refresh")).toBe(noDrift);
});

test("what means the same is no drift, nor is a change of fields that the program does not manage", async () => {
  lab.emulator.change("same-meaning", {
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
  expect((await lab.run(...expectNoChanges)).exitCode).toBe(noDrift);
});

describe("after changes behind the program's back", () => {
  beforeAll(() => {
    for (const field of readableFields) {
      lab.emulator.change(changed(field), { [field.wire]: field.after });
      lab.emulator.change(cleared(field), { [field.wire]: null });
    }
    lab.emulator.clearRequests();
  });

  test("a preview with refresh ends with 7 and shows an update of exactly the field that differs", async () => {
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
    const others = steps.filter(({ op }) => !["update", "refresh", "same"].includes(op));
    expect(others).toEqual([]);
  });

  test("a preview of a refresh alone ends with 7 too", async () => {
    expect((await lab.run(...expectNoChanges)).exitCode).toBe(drift);
  });

  test("an API that cannot be reached is an error, neither drift nor absence of it", async () => {
    lab.emulator.armFault({ kind: "answer", status: 503, times: "all" });
    const unavailable = await lab.run("preview", "--refresh", "--expect-no-changes");
    expect([noDrift, drift]).not.toContain(unavailable.exitCode);
    expect(unavailable.output).toContain("503");
    lab.emulator.disarmFaults();

    const url = lab.environment.PINTEREST_API_URL;
    lab.environment.PINTEREST_API_URL = "http://127.0.0.1:1/v5";
    const unreachable = await lab.run(...expectNoChanges);
    expect([noDrift, drift]).not.toContain(unreachable.exitCode);
    expect(unreachable.output).toContain("ECONNREFUSED");
    lab.environment.PINTEREST_API_URL = url;

    // A proxy's 404 says nothing of the integration: it must not be forgotten, or made anew.
    lab.emulator.armFault({
      kind: "answer",
      status: 404,
      body: "<h1>404</h1>",
      times: "all",
    });
    expect((await lab.fail("up", "--skip-preview", "--refresh")).output).toContain("404");
    lab.emulator.disarmFaults();
    expect(Object.keys(await lab.state())).toHaveLength(2 * readableFields.length + 2);
  });

  test("none of these wrote anything to Pinterest", () => {
    expect(lab.writes()).toEqual([]);
  });

  test("`up --refresh` puts each field right by a request that carries nothing else", async () => {
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
    const state = await lab.state();
    for (const unset of ["connectedLbaId", "partnerRefreshTokenExpiry"]) {
      expect(state["same-meaning"]?.outputs).not.toHaveProperty(unset);
    }
    expect(await lab.previewExit("--refresh")).toBe(noDrift);
  });
});
