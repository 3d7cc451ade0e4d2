import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { putIntoState } from "./helpers/many";

const refresh = ["refresh", "--preview-only", "--expect-no-changes"];

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const fields = (number: number) => ({ connected_tag_id: String(number) });
  await putIntoState(lab, lab.emulator.seed(1000, { fields }));
});

afterAll(() => lab.close());

test("a refresh of 1,000 integrations takes at most 6 requests", async () => {
  expect((await lab.run(...refresh)).exitCode).toBe(0);
  const { operations, reads, writes } = lab.emulator.counters();
  expect(operations).toMatchObject({ list: 4, get: 0 });
  expect({ reads, writes }).toEqual({ reads: 4, writes: 0 });
});

test("it finds what has drifted, and asks again of what the list lacks", async () => {
  lab.emulator.change("seed-500", { connected_tag_id: "changed" });
  lab.emulator.remove("seed-700");
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.run(...refresh, "--diff");
  expect(exitCode).toBe(7);
  expect(output).toMatch(/connectedTagId: "500" => "changed"/);
  expect(output).toMatch(/~ 1 to update\s+- 1 to delete|1 to delete|1 deleted/);
  expect(lab.emulator.counters().operations).toMatchObject({ list: 4, get: 1 });
});

test("a list that begins with the newest takes single reads until it has come round, and is used then", async () => {
  lab.emulator.setSwitches({ listOrder: "newest" });
  lab.emulator.clearRequests();
  await lab.run(...refresh);
  const { list, get } = lab.emulator.counters().operations;
  expect(list).toBe(4);
  expect(get).toBeLessThanOrEqual(26);
});
