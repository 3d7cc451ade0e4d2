import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "./helpers/lab";

// For a limit that the environment sets, see test/promises/deletes.test.ts.

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open({ providerType });
    const ids = Array.from({ length: 30 }, (_, index) => `shop-${index + 1}`);
    lab.program(Object.fromEntries(ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }])));
    lab.configuration.set("pinterest:deleteLimit", { value: "3", isSecret: false });
    await lab.up();
  });

  afterEach(() => lab.close());

  test("nothing is deleted if the engine deletes more than the configured limit at the same time", async () => {
    lab.program({});
    const { output } = await lab.upFails("--parallel", "16");
    expect(output).toMatch(/requests at least ([4-9]|[12]\d|30) deletions, and .* allows 3 in one command;/);
    expect(output).toContain("nothing was deleted");
    expect(lab.emulator.integrations()).toHaveLength(30);
    expect(Object.keys(lab.state())).toHaveLength(30);
  });

  test("the environment of one run raises the configured limit, also for a destroy", async () => {
    await lab.fail("destroy", "--skip-preview");
    expect(lab.emulator.integrations().length).toBeGreaterThanOrEqual(27);
    lab.environment.PINTEREST_DELETE_LIMIT = "30";
    await lab.succeed("destroy", "--skip-preview");
    expect(lab.emulator.integrations()).toEqual([]);
  });
});
