import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { argumentsWith, type FieldCase, readableFields } from "./helpers/fields";
import { Lab, providerTypes } from "./helpers/lab";

describe.each(providerTypes)("%s: without `--refresh`", (providerType) => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "always" } });
  });

  afterEach(() => lab.close());

  const shop = (externalBusinessId: string, tag = "1") => ({ externalBusinessId, connectedTagId: tag });

  /** The changes in a preview, with their properties. */
  async function planned(): Promise<Record<string, readonly string[]>> {
    const { exitCode, steps } = await lab.preview();
    expect([0, 7]).toContain(exitCode);
    const changes = steps.filter(({ op }) => !["refresh", "same"].includes(op));
    expect(exitCode).toBe(changes.length === 0 ? 0 : 7);
    return Object.fromEntries(
      changes.map(({ op, name, detailedDiff }) => [`${op} ${name}`, Object.keys(detailedDiff ?? {})]),
    );
  }

  test("a preview names each property that was changed or cleared, and an update fixes it", async () => {
    const changed = ({ name }: FieldCase) => `changed-${name}`;
    const cleared = ({ name }: FieldCase) => `cleared-${name}`;
    const ids = ["untouched", ...readableFields.flatMap((field) => [changed(field), cleared(field)])];
    lab.program(Object.fromEntries(ids.map((id) => [id, argumentsWith(id)])));
    await lab.up();
    expect(await planned()).toEqual({});
    for (const field of readableFields) {
      lab.emulator.change(changed(field), { [field.wire]: field.after });
      lab.emulator.change(cleared(field), { [field.wire]: null });
    }
    lab.emulator.clearRequests();
    const drift = readableFields.flatMap((field) => [
      [`update ${changed(field)}`, [field.name]],
      [`update ${cleared(field)}`, [field.name]],
    ]);
    expect(await planned()).toEqual(Object.fromEntries(drift));
    expect(lab.writes()).toEqual([]);
    // The account's list contains all integrations.
    expect(lab.emulator.requests()).toHaveLength(1);
    await lab.up();
    expect(lab.writes()).toHaveLength(drift.length);
    for (const field of readableFields)
      for (const id of [changed(field), cleared(field)])
        expect(lab.emulator.integration(id)).toMatchObject({ [field.wire]: field.before });
    expect(await planned()).toEqual({});
  });

  test("a preview shows that a missing integration is created, and an update creates it", async () => {
    lab.program({ one: shop("one"), two: shop("two") });
    await lab.up();
    lab.emulator.remove("two");
    expect(Object.keys(await planned())).toEqual(["create two"]);
    expect((await lab.preview()).output).toContain("integration 'two' is missing at Pinterest");
    await lab.up();
    expect(lab.emulator.integration("two")).toMatchObject({ connected_tag_id: "1" });
    expect(await planned()).toEqual({});
  });

  test("drift of properties in `ignoreChanges` is ignored, and `--target` does not write to other resources", async () => {
    lab.program({
      ignoring: {
        args: { ...shop("ignoring"), partnerMetadata: { plugin_version: "1" } },
        options: '{ ignoreChanges: ["connectedTagId", "partnerMetadata"] }',
      },
      other: shop("other"),
    });
    await lab.up();
    lab.emulator.change("ignoring", { connected_tag_id: "9", partner_metadata: '{"plugin_version": "2"}' });
    expect(await planned()).toEqual({});
    lab.emulator.change("other", { connected_tag_id: "9" });
    lab.emulator.clearRequests();
    await lab.up("--target", "**::ignoring");
    expect(lab.writes()).toEqual([]);
    expect(await planned()).toEqual({ "update other": ["connectedTagId"] });
  });

  test("`detectDrift: refresh` makes no request, and the environment overrides the configuration", async () => {
    lab.program({ one: shop("one") });
    await lab.up();
    lab.emulator.change("one", { connected_tag_id: "9" });
    lab.environment.PINTEREST_DETECT_DRIFT = "refresh";
    lab.configuration.set("pinterest:detectDrift", { value: "always", isSecret: false });
    lab.emulator.clearRequests();
    expect(await planned()).toEqual({});
    expect(lab.emulator.requests()).toEqual([]);
    expect(await lab.previewExit("--refresh")).toBe(7);
    // The variable applies to one run.
    await lab.up();
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    expect(await planned()).toEqual({ "update one": ["connectedTagId"] });
  });

  test("applies a changed `detectDrift` after the next update, and its environment variable immediately", async () => {
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    const configure = (value: string) =>
      lab.configuration.set("pinterest:detectDrift", { value, isSecret: false });
    lab.program({ one: shop("one") });
    configure("refresh");
    await lab.up();
    lab.emulator.change("one", { connected_tag_id: "9" });
    lab.emulator.clearRequests();
    expect(await planned()).toEqual({});
    expect(lab.emulator.requests()).toEqual([]);
    lab.environment.PINTEREST_DETECT_DRIFT = "always";
    expect(await planned()).toEqual({ "update one": ["connectedTagId"] });
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    configure("always");
    await lab.up();
    expect(await planned()).toEqual({ "update one": ["connectedTagId"] });
    configure("refresh");
    await lab.up();
    lab.emulator.change("one", { connected_tag_id: "9" });
    expect(await planned()).toEqual({});
  });

  test.each([
    ["detectDrift", "never", /always, refresh/],
    ["requestTimeout", "abc", /requestTimeout/],
    ["accounts", "{bad", /accounts/],
  ])(
    "an invalid value of `%s` fails the preview and the update, which succeed after it is corrected",
    async (key, value, allowed) => {
      delete lab.environment.PINTEREST_DETECT_DRIFT;
      lab.program({ one: shop("one") });
      await lab.up();
      lab.configuration.set(`pinterest:${key}`, { value, isSecret: false });
      expect((await lab.fail("preview")).output).toMatch(allowed);
      expect((await lab.fail("up")).output).toMatch(allowed);
      lab.configuration.delete(`pinterest:${key}`);
      lab.emulator.change("one", { connected_tag_id: "9" });
      await lab.up();
      await lab.up();
      expect(lab.emulator.integration("one")).toMatchObject({ connected_tag_id: "1" });
      expect(await planned()).toEqual({});
    },
  );

  test("an invalid configuration of the last update does not block the update that corrects it", async () => {
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    lab.program({ one: shop("one") });
    lab.configuration.set("pinterest:requestTimeout", { value: "30", isSecret: false });
    await lab.up();
    // The environment sets keys that are missing in state, so it can make the last configuration invalid.
    lab.environment.PINTEREST_DETECT_DRIFT = "never";
    expect((await lab.fail("refresh")).output).toMatch(/always, refresh/);
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    expect(await planned()).toEqual({});
  });

  describe("an account that cannot be read", () => {
    const accounts = ["well", "bad"];

    beforeEach(async () => {
      for (const name of accounts) lab.emulator.addAccount({ name });
      const tokens = accounts.map((name) => [name, lab.emulator.token(name)]);
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
      lab.environment.PINTEREST_MAX_ATTEMPTS = "1";
      const ids = accounts.flatMap((account) => [1, 2].map((number) => [`${account}-${number}`, account]));
      lab.program(Object.fromEntries(ids.map(([id = "", account]) => [id, { ...shop(id), account }])));
      await lab.up();
      lab.emulator.change("well-1", { connected_tag_id: "9" });
      lab.emulator.change("bad-1", { connected_tag_id: "9" });
    });

    const warnings = (output: string) => output.match(/warning: cannot check integration '[^']+' for drift/g);

    test.each<[string, () => unknown]>([
      ["that is revoked", () => lab.emulator.setAccount("bad", { revoked: true })],
      [
        "whose rate limit is used up",
        () => lab.emulator.armFault({ kind: "answer", preset: "rate-limit", account: "bad", times: "all" }),
      ],
      [
        "for which Pinterest is unavailable",
        () => lab.emulator.armFault({ kind: "answer", status: 503, account: "bad", times: "all" }),
      ],
      [
        "that cannot be reached",
        () => {
          lab.environment.PINTEREST_REQUEST_TIMEOUT = "1";
          lab.emulator.armFault({ kind: "hang", account: "bad", times: "all" });
        },
      ],
    ])(
      "%s keeps its values with one warning, and the drift of others is found and fixed",
      async (_what, break_) => {
        break_();
        const { exitCode, steps, output } = await lab.preview();
        expect(exitCode).toBe(7);
        expect(steps.filter(({ op }) => op === "update").map(({ name }) => name)).toEqual(["well-1"]);
        expect(warnings(output)).toHaveLength(1);
        await lab.up();
        expect(lab.emulator.integration("well-1")).toMatchObject({ connected_tag_id: "1" });
        expect(lab.emulator.integration("bad-1")).toMatchObject({ connected_tag_id: "9" });
      },
    );

    test("integrations of all accounts keep their last known values, with one warning for each account, if the API is down", async () => {
      lab.environment.PINTEREST_API_URL = "http://127.0.0.1:9/v5";
      const { exitCode, output } = await lab.preview();
      expect(exitCode).toBe(0);
      expect(warnings(output)).toHaveLength(2);
    });
  });
});
