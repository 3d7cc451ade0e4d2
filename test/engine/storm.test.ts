import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run } from "./helpers/lab";

const ids = Array.from({ length: 40 }, (_, number) => `shop-${number + 1}`);

/** What the process may spend on repetitions as long as nothing succeeds. */
const repetitions = 50;

let lab: Lab;
let run: Run;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program(Object.fromEntries(ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }])));
  lab.emulator.armFault({ kind: "answer", preset: "unavailable", times: "all" });
  run = await lab.upFails("--parallel", "64");
});

afterAll(() => lab.close());

test("a Pinterest that is down is not stormed: repetitions are few for many resources together", () => {
  const { requests, operations } = lab.emulator.counters();
  expect(requests).toBeGreaterThan(ids.length);
  expect(requests).toBeLessThanOrEqual(ids.length + repetitions);
  expect(operations).toMatchObject({ get: requests, create: 0 });
});

test("each resource fails with what was attempted, what Pinterest answered and what to do", () => {
  for (const id of ids) {
    const message = new RegExp(
      `error: reading commerce integration "${id}" failed.*: Pinterest answered HTTP 503, code 0: .*\\(request id (\\d+)\\)\\. Nothing was changed\\. Run again later\\.`,
    );
    expect(run.output).toMatch(message);
  }
});

test("neither are writes that fail while reads pass", async () => {
  lab.emulator.disarmFaults();
  lab.emulator.clearRequests();
  lab.emulator.armFault({ kind: "answer", preset: "unavailable", operation: "create", times: "all" });
  const { output } = await lab.upFails("--parallel", "64");
  const { create } = lab.emulator.counters().operations;
  expect(create).toBeGreaterThan(ids.length);
  expect(create).toBeLessThanOrEqual(ids.length + repetitions);
  for (const id of ids) {
    expect(output).toMatch(
      new RegExp(`creating commerce integration "${id}" failed.*: Pinterest answered HTTP 503, code 0`),
    );
  }
});

test("when it is up again, the next update makes what is missing", async () => {
  lab.emulator.disarmFaults();
  await lab.up("--parallel", "64");
  const held = lab.emulator.integrations().map((integration) => integration.external_business_id);
  expect(held.sort()).toEqual([...ids].sort());
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("neither is one that goes down before a refresh, which is an error and no drift", async () => {
  lab.emulator.clearRequests();
  lab.emulator.armFault({ kind: "answer", preset: "unavailable-page", times: "all" });
  const exitCode = await lab.previewExit("--refresh");
  expect([0, 7]).not.toContain(exitCode);
  const { requests, writes } = lab.emulator.counters();
  // The list is asked for as well.
  expect(requests).toBeLessThanOrEqual(ids.length + 1 + repetitions);
  expect(writes).toBe(0);
});
