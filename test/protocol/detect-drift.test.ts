import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { wrongAddress } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

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

  test("applies a changed `detectDrift` after the next update, and its environment variable immediately", async () => {
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    const configure = (value: string) => lab.configuration.set("pinterest:detectDrift", value);
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
      lab.configuration.set(`pinterest:${key}`, value);
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
    lab.configuration.set("pinterest:requestTimeout", "30");
    await lab.up();
    // The environment sets keys that are missing in state, so it can make the last configuration invalid.
    lab.environment.PINTEREST_DETECT_DRIFT = "never";
    expect((await lab.fail("refresh")).output).toMatch(/always, refresh/);
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    expect(await planned()).toEqual({});
  });

  test.each(["", "/v4"])(
    "an apiUrl that ends in %j is an error that names it, and nothing is removed from state",
    async (path) => {
      lab.program({ one: shop("one") });
      await lab.up();
      const before = lab.state();
      lab.environment.PINTEREST_API_URL = lab.emulator.url.replace(/\/v5$/, path);
      for (const command of ["refresh", "destroy"]) {
        const { output } = await lab.fail(command, "--yes");
        expect(output).toContain(wrongAddress);
      }
      expect(lab.state()).toEqual(before);
    },
  );
});
