import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { drift } from "./helpers/drift";
import { Lab } from "./helpers/lab";
import { addToState } from "./helpers/many";

const count = 60;

/** A program that declares all integrations in state. */
const declareAll = `for (let number = 1; number <= ${count}; number++) {
  new pinterest.CommerceIntegration("seed-" + number, { externalBusinessId: "seed-" + number, connectedTagId: String(number) });
}`;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const fields = (number: number) => ({ connected_tag_id: String(number) });
  await addToState(lab, lab.emulator.seed(count, { fields }));
  lab.emulator.change("seed-7", { connected_tag_id: "changed" });
  lab.program({}, declareAll);
});

afterAll(() => lab.close());

test("a check of 60 integrations sends the same requests as a preview with a refresh", async () => {
  await lab.succeed("preview", "--refresh", "--run-program");
  const { list, get, getById } = lab.emulator.counters().operations;
  lab.emulator.clearRequests();
  const { report, exitCode } = await drift(lab);
  expect(report.summary).toMatchObject({ inSync: count - 1, drifted: 1 });
  expect(exitCode).toBe(7);
  expect(lab.emulator.counters().operations).toMatchObject({ list, get, getById });
  expect(lab.emulator.counters().reads).toBe(1);
  expect(lab.emulator.counters().writes).toBe(0);
});

test("a check sends one read, even if the program fails before the first integration", async () => {
  lab.program({}, 'throw new Error("broken");');
  lab.emulator.clearRequests();
  const { report, exitCode } = await drift(lab);
  expect(report.summary).toMatchObject({ inSync: count - 1, drifted: 1, errors: 1 });
  expect(exitCode).toBe(10);
  expect(lab.emulator.counters().reads).toBe(1);
});
