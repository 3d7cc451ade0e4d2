import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// The real engine determines the time between deletions. For the other cases, see test/promises/deletes.test.ts.

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const ids = Array.from({ length: 30 }, (_, index) => `shop-${index + 1}`);
  lab.program(Object.fromEntries(ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }])));
  await lab.succeed("config", "set", "pinterest:deleteLimit", "3");
  await lab.up();
});

afterAll(() => lab.close());

test("nothing is deleted if the engine deletes more than the limit at the same time", async () => {
  lab.program({});
  const { output } = await lab.upFails("--parallel", "16");
  expect(output).toMatch(/requests at least ([4-9]|[12]\d|30) deletions, and .* allows 3 in one command;/);
  expect(output).toContain("nothing was deleted");
  expect(output).toContain("PINTEREST_DELETE_LIMIT=<number>");
  expect(lab.emulator.integrations()).toHaveLength(30);
  expect(Object.keys(await lab.state())).toHaveLength(30);
});
