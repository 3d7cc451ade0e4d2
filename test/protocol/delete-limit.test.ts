import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "./helpers/lab";

const shop = (id: string) => ({ externalBusinessId: id, connectedTagId: "1" });

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  const idsAtPinterest = () => lab.emulator.integrations().map(({ external_business_id: id }) => id);

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
    const ids = Array.from({ length: 30 }, (_, index) => `shop-${index + 1}`);
    lab.program(Object.fromEntries(ids.map((id) => [id, shop(id)])));
    lab.configuration.set("pinterest:deleteLimit", { value: "3", isSecret: false });
    await lab.up();
  });

  afterAll(() => lab.close());

  test("nothing is deleted if the engine deletes more than the limit at the same time", async () => {
    lab.program({});
    const { output } = await lab.upFails("--parallel", "16");
    expect(output).toMatch(/requests at least ([4-9]|[12]\d|30) deletions, and .* allows 3 in one command;/);
    expect(output).toContain("nothing was deleted");
    expect(output).toContain("PINTEREST_DELETE_LIMIT=<number>");
    expect(idsAtPinterest()).toHaveLength(30);
    expect(Object.keys(lab.state())).toHaveLength(30);
  });

  test("no more integrations than the limit are deleted if the engine deletes one after the other", async () => {
    const { output } = await lab.upFails("--parallel", "1");
    expect(output).toContain("3 were deleted before the limit was exceeded");
    expect(idsAtPinterest()).toHaveLength(27);
  });

  test("deletions within the limit succeed, and a renamed resource does not count", async () => {
    const [renamed = "", ...others] = idsAtPinterest().slice(3);
    lab.program({ ...Object.fromEntries(others.map((id) => [id, shop(id)])), "another-name": shop(renamed) });
    const { output } = await lab.up();
    expect(output).toContain(`integration '${renamed}' stays at Pinterest`);
    expect(idsAtPinterest()).toHaveLength(24);
  });

  test("the environment of one run raises the limit of the configuration, also for a destroy", async () => {
    await lab.fail("destroy", "--skip-preview");
    expect(idsAtPinterest().length).toBeGreaterThanOrEqual(21);
    lab.environment.PINTEREST_DELETE_LIMIT = "30";
    await lab.succeed("destroy", "--skip-preview");
    expect(idsAtPinterest()).toEqual([]);
  });
});
