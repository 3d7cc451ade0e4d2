import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

const ids = (count: number) => Array.from({ length: count }, (_, index) => `shop-${index + 1}`);

let lab: Lab;

function declare(count: number, more: Record<string, object> = {}): void {
  const shops = ids(count).map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }]);
  lab.program({ ...Object.fromEntries(shops), ...more });
}

const left = () => lab.emulator.integrations().length;

beforeAll(async () => {
  lab = await Lab.open();
  declare(30);
  await lab.succeed("config", "set", "pinterest:deleteLimit", "3");
  await lab.up();
});

afterAll(() => lab.close());

test("a query that comes back empty deletes nothing where the limit is below what the engine deletes at once", async () => {
  declare(0);
  const { output } = await lab.upFails("--parallel", "16");
  expect(output).toContain("allows at a time, which is 3;");
  expect(output).toContain("none was deleted, and none will be");
  expect(output).toContain("PINTEREST_DELETE_LIMIT=<number>");
  expect(left()).toBe(30);
  expect(Object.keys(await lab.state())).toHaveLength(30);
});

test("one after the other, no more than the limit are deleted", async () => {
  const { output } = await lab.upFails("--parallel", "1");
  expect(output).toContain("3 were deleted before that was known, and no more will be");
  expect(left()).toBe(27);
});

test("within the limit deletions go through, and what is left standing does not count", async () => {
  const survivors = lab.emulator.integrations().map(({ external_business_id: id }) => id);
  const shop = (id: string) => ({ externalBusinessId: id, connectedTagId: "1" });
  const [renamed = "", ...others] = survivors.slice(3);
  lab.program({
    ...Object.fromEntries(others.map((id) => [id, shop(id)])),
    "another-name": shop(renamed),
  });
  const { output } = await lab.up();
  expect(output).toContain(`integration '${renamed}' is left standing`);
  expect(left()).toBe(24);
});

test("raised in the environment for one run, whatever state remembers, a destroy deletes everything", async () => {
  await lab.fail("destroy", "--skip-preview");
  expect(left()).toBeGreaterThanOrEqual(21);
  lab.environment.PINTEREST_DELETE_LIMIT = "30";
  await lab.succeed("destroy", "--skip-preview");
  expect(left()).toBe(0);
});
