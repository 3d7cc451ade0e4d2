import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "../fake-engine/lab";

// Previews and updates check for drift also without `--refresh`, with the configuration of the last update.

describe.each(providerTypes)("%s: without `--refresh`", (providerType) => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open({ providerType });
    lab.program({ one: { externalBusinessId: "one", connectedTagId: "1" } });
  });

  afterEach(() => lab.close());

  const configure = (key: string, value: string) =>
    lab.configuration.set(`pinterest:${key}`, { value, isSecret: false });
  const drift = () => void lab.emulator.change("one", { connected_tag_id: "9" });

  /** The changes in a preview. */
  async function planned(): Promise<string[]> {
    const { steps } = await lab.preview();
    return steps
      .filter(({ op }) => !["refresh", "same"].includes(op))
      .map(({ op, name, detailedDiff }) => `${op} ${name}: ${Object.keys(detailedDiff ?? {})}`);
  }

  test("applies a changed `detectDrift` after the next update, and its environment variable immediately", async () => {
    configure("detectDrift", "refresh");
    await lab.up();
    drift();
    lab.emulator.clearRequests();
    expect(await planned()).toEqual([]);
    expect(lab.emulator.requests()).toEqual([]);
    lab.environment.PINTEREST_DETECT_DRIFT = "always";
    expect(await planned()).toEqual(["update one: connectedTagId"]);
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    configure("detectDrift", "always");
    await lab.up();
    expect(await planned()).toEqual(["update one: connectedTagId"]);
    configure("detectDrift", "refresh");
    await lab.up();
    drift();
    expect(await planned()).toEqual([]);
  });

  test.each([
    ["detectDrift", "never"],
    ["requestTimeout", "abc"],
    ["accounts", "{bad"],
  ])(
    "an invalid value of `%s` fails the preview and the update, which succeed after it is corrected",
    async (key, value) => {
      await lab.up();
      configure(key, value);
      for (const command of ["preview", "up"])
        expect((await lab.fail(command)).output).toContain(`pinterest:${key}`);
      lab.configuration.delete(`pinterest:${key}`);
      drift();
      await lab.up();
      await lab.up();
      expect(lab.emulator.integration("one")).toMatchObject({ connected_tag_id: "1" });
      expect(await planned()).toEqual([]);
    },
  );

  test("an invalid configuration of the last update does not block the update that corrects it", async () => {
    configure("requestTimeout", "30");
    await lab.up();
    // The environment sets keys that are missing in state, so it can make the last configuration invalid.
    lab.environment.PINTEREST_DETECT_DRIFT = "never";
    expect((await lab.fail("refresh")).output).toContain("pinterest:detectDrift");
    delete lab.environment.PINTEREST_DETECT_DRIFT;
    expect(await planned()).toEqual([]);
  });

  test.each(["", "/v4"])(
    "an apiUrl that ends in %j is an error that names it, and nothing is removed from state",
    async (path) => {
      await lab.up();
      const before = lab.state();
      lab.environment.PINTEREST_API_URL = lab.emulator.url.replace(/\/v5$/, path);
      for (const command of ["refresh", "destroy"]) {
        const { output } = await lab.fail(command, "--yes");
        expect(output).toContain("pinterest:apiUrl");
      }
      expect(lab.state()).toEqual(before);
    },
  );
});
