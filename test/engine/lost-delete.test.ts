import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run, type StateResource } from "./helpers/lab";
import { stateOfOutputs } from "./helpers/provider-type";

/** By name: what becomes of the deletion, and whether the read that is to decide fails too. */
const cases = {
  "lost-unread": { kind: "reset", commit: true, unread: true },
  "undone-unread": { kind: "reset", commit: false, unread: true },
  "lost-but-read": { kind: "reset", commit: true, unread: false },
  "done-with-server-error": { kind: "answer", status: 500, commit: true, unread: false },
  "undone-and-read": { kind: "answer", status: 503, commit: false, unread: false },
} as const;
const failing = ["lost-unread", "undone-and-read", "undone-unread"];

let lab: Lab;
let run: Run;
let state: Record<string, StateResource>;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  const declarations = Object.keys(cases).map((name) => [name, { externalBusinessId: name }]);
  lab.program(Object.fromEntries(declarations));
  await lab.up();
  for (const [name, { unread, ...fault }] of Object.entries(cases)) {
    lab.emulator.armFault({ ...fault, operation: "delete", external_business_id: name });
    if (unread) {
      lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: name });
    }
  }
  lab.program({});
  run = await lab.upFails();
  state = await lab.state();
});

afterAll(() => lab.close());

test("a deletion whose answer is lost succeeds when a read shows it done", () => {
  expect(state).not.toHaveProperty("lost-but-read");
  expect(state).not.toHaveProperty("done-with-server-error");
});

test("a deletion that a read does not show done fails, and the resource stays in state", () => {
  expect(Object.keys(state).sort()).toEqual(failing);
  for (const name of failing) {
    expect(run.output).toContain(`deleting commerce integration "${name}" failed`);
    expect(state[name]?.outputs).toMatchObject({ ...stateOfOutputs, __managed: "" });
  }
});

test("the next update deletes what is left, gone already or not", async () => {
  await lab.up();
  expect(lab.emulator.integrations()).toEqual([]);
  expect(await lab.state()).toEqual({});
});
