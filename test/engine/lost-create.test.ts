import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run, type StateResource } from "./helpers/lab";
import { stateOfOutputs } from "./helpers/provider-type";

/** By name: what becomes of the create, and whether the read that is to decide fails too. */
const cases = {
  "lost-then-refreshed": { kind: "reset", commit: true, unread: true },
  "lost-then-repaired": { kind: "reset", commit: true, unread: true },
  "lost-then-destroyed": { kind: "reset", commit: true, unread: true },
  "undone-unread": { kind: "reset", commit: false, unread: true },
  "lost-but-read": { kind: "reset", commit: true, unread: false },
  "truncated-but-read": { kind: "truncate", unread: false },
  "undone-and-sent-again": { kind: "answer", status: 503, commit: false, unread: false },
  "never-done": { kind: "answer", status: 503, commit: false, unread: false, times: "all" },
} as const;
const names = Object.keys(cases);

let lab: Lab;
let run: Run;
let state: Record<string, StateResource>;

function program(among: readonly string[]): void {
  const declarations = among.map((name) => [name, { externalBusinessId: name, connectedTagId: "33" }]);
  lab.program(Object.fromEntries(declarations));
}

beforeAll(async () => {
  lab = await Lab.open();
  for (const [name, { unread, ...fault }] of Object.entries(cases)) {
    lab.emulator.armFault({ ...fault, operation: "create", external_business_id: name });
    if (unread) {
      // The first read asks whether the integration exists, the second, in all its attempts, what became of the create.
      const unreadable = { kind: "answer", status: 503, operation: "get", skip: 1, times: 4 } as const;
      lab.emulator.armFault({ ...unreadable, external_business_id: name });
    }
  }
  program(names);
  run = await lab.upFails();
  state = await lab.state();
});

afterAll(() => lab.close());

test("a create whose answer is lost succeeds when a read shows it done", () => {
  for (const name of ["lost-but-read", "truncated-but-read"]) {
    expect(lab.writes().filter((write) => write.endsWith(name))).toEqual([`POST ${name}`]);
    expect(state[name]).toMatchObject({
      id: name,
      outputs: { integrationId: lab.emulator.integration(name)?.id, connectedTagId: "33" },
    });
    expect(state[name]).not.toHaveProperty("initErrors");
  }
});

test("a create that a read shows undone is sent again", () => {
  const name = "undone-and-sent-again";
  expect(lab.writes().filter((write) => write.endsWith(name))).toEqual([`POST ${name}`, `POST ${name}`]);
  expect(state[name]).toMatchObject({ outputs: { integrationId: lab.emulator.integration(name)?.id } });
});

test("a create that fails to the last attempt and is not to be seen leaves nothing in state", () => {
  expect(run.output).toContain('creating commerce integration "never-done" failed');
  expect(state).not.toHaveProperty("never-done");
});

test("a create of which nothing is known is kept in state as failed, claiming no more than is known", () => {
  for (const name of ["lost-then-refreshed", "lost-then-repaired", "lost-then-destroyed", "undone-unread"]) {
    expect(state[name]).toMatchObject({
      id: name,
      initErrors: [expect.stringContaining("Whether Pinterest did it is unclear")],
      outputs: { externalBusinessId: name, __managed: "t", ...stateOfOutputs },
    });
    expect(state[name]?.outputs).not.toHaveProperty("connectedTagId");
  }
});

test("what is kept can be destroyed, whether Pinterest holds it or not", async () => {
  await lab.succeed("destroy", "--skip-preview", "--target", "**::lost-then-destroyed");
  expect(lab.emulator.integration("lost-then-destroyed")).toBeUndefined();
  expect(await lab.state()).not.toHaveProperty("lost-then-destroyed");
});

test("what is kept can be refreshed", async () => {
  await lab.succeed("refresh", "--skip-preview", "--target", "**::lost-then-refreshed");
  expect((await lab.state())["lost-then-refreshed"]?.outputs).toMatchObject({
    connectedTagId: "33",
    integrationId: lab.emulator.integration("lost-then-refreshed")?.id,
  });
});

test("the next update repairs what is kept and makes what is missing: one integration each", async () => {
  const ids = (among: readonly string[]) => among.map((name) => lab.emulator.integration(name)?.id);
  const lost = ["lost-then-refreshed", "lost-then-repaired"];
  const before = ids(lost);
  lab.emulator.disarmFaults();
  // One more whose answer is lost, with reads that show it only later.
  lab.emulator.setSwitches({ readLag: 2 });
  lab.emulator.armFault({
    kind: "reset",
    commit: true,
    operation: "create",
    external_business_id: "lagging",
  });
  program([...names, "lagging"]);
  await lab.up();
  expect(ids(lost)).toEqual(before);
  // Changed by administration, even to what it is, an integration is seen as it is at once.
  const integrations = lab.emulator
    .integrations()
    .map(({ external_business_id }) => lab.emulator.change(external_business_id, {}));
  expect(integrations.map(({ external_business_id }) => external_business_id).sort()).toEqual(
    [...names, "lagging"].sort(),
  );
  expect(integrations.every(({ connected_tag_id }) => connected_tag_id === "33")).toBe(true);
  for (const resource of Object.values(await lab.state())) {
    expect(resource).not.toHaveProperty("initErrors");
  }
  expect(await lab.previewExit("--refresh")).toBe(0);
});
