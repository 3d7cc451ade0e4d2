import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("docs/failures.md");

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

const shops = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`shop-${index}`, { externalBusinessId: `shop-${index}` }]),
  );

test("a cap of one's own is taken", async () => {
  await guide.next(lab);
  lab.program(shops(7));
  await lab.up();
});

test("more deletions than the limit are made where one run allows them", async () => {
  lab.program(shops(1));
  const [setLimit, up] = guide.split();
  await setLimit?.(lab);
  await lab.upFails();
  await up?.(lab);
  expect(lab.emulator.integrations()).toHaveLength(1);
});

test("a stack goes on after a command was cut off, and doctor tells what is left of the limits", async () => {
  await guide.next(lab);
  const { output } = await guide.next(lab);
  expect(output).toMatch(/limit/i);
});

test("reporting to Pinterest's log is switched on", async () => {
  await guide.next(lab);
  lab.program(shops(2));
  await lab.up();
  expect(lab.emulator.logs()).not.toEqual([]);
});

test("no command of the guide is left out", () => guide.finish());
