import { expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/failures.md");

const lab = labOfFile();

const shops = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`shop-${index}`, { externalBusinessId: `shop-${index}` }]),
  );

test("uses a configured rate limit", async () => {
  await guide.next(lab);
  lab.program(shops(7));
  await lab.up();
});

test("deletes more than the limit if the environment allows it for one run", async () => {
  lab.program(shops(1));
  const [setLimit, up] = guide.split();
  await setLimit?.(lab);
  await lab.upFails();
  await up?.(lab);
  expect(lab.emulator.integrations()).toHaveLength(1);
});

test("continues after an interrupted command, and doctor shows the remaining requests", async () => {
  await guide.next(lab);
  const { output } = await guide.next(lab);
  expect(output).toMatch(/limit/i);
});

test("enables reports to Pinterest's log", async () => {
  await guide.next(lab);
  lab.program(shops(2));
  await lab.up();
  expect(lab.emulator.logs()).not.toEqual([]);
});

test("runs every command of the guide", () => guide.finish());
