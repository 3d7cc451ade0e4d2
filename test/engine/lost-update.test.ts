import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run, type StateResource } from "./helpers/lab";
import { stateOfOutputs } from "./helpers/provider-type";

const before = { connectedMerchantId: "11", connectedTagId: "33" };
const after = { connectedMerchantId: "11", connectedTagId: "34" };

/** By name: what becomes of the update, and whether the read that is to decide fails too. */
const cases = {
  "lost-unread": { kind: "reset", commit: true, unread: true },
  "lost-then-reverted": { kind: "reset", commit: true, unread: true },
  "lost-then-refreshed": { kind: "reset", commit: true, unread: true },
  "undone-unread": { kind: "reset", commit: false, unread: true },
  "lost-but-read": { kind: "reset", commit: true, unread: false },
  "truncated-but-read": { kind: "truncate", unread: false },
  "undone-and-read": { kind: "answer", status: 503, commit: false, unread: false },
} as const;
const names = Object.keys(cases);

let lab: Lab;
let run: Run;
let state: Record<string, StateResource>;
let idsBefore: unknown;

function program(argsOf: (name: string) => Record<string, unknown>, partnerAccessToken: string): void {
  const declarations = names.map((name) => [name, { externalBusinessId: name, ...argsOf(name) }]);
  const secret = { externalBusinessId: "secret", partnerAccessToken };
  lab.program({ ...Object.fromEntries(declarations), secret });
}

const ids = () =>
  lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]);

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  program(() => before, "token-1");
  await lab.up();
  idsBefore = ids();
  for (const [name, { unread, ...fault }] of Object.entries(cases)) {
    lab.emulator.armFault({ ...fault, operation: "update", external_business_id: name });
    if (unread) {
      lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: name });
    }
  }
  lab.emulator.armFault({ kind: "reset", commit: true, operation: "update", external_business_id: "secret" });
  lab.emulator.clearRequests();
  program(() => after, "token-2");
  run = await lab.upFails();
  state = await lab.state();
});

afterAll(() => lab.close());

test("an update whose answer is lost succeeds when a read shows it done", () => {
  for (const name of ["lost-but-read", "truncated-but-read"]) {
    expect(lab.written(name)).toEqual([["PATCH", { connected_tag_id: "34" }]]);
    expect(state[name]?.outputs).toMatchObject(after);
    expect(state[name]).not.toHaveProperty("initErrors");
  }
});

test("an update that a read shows undone fails, and state has what Pinterest has", () => {
  expect(run.output).toContain('updating commerce integration "undone-and-read" failed');
  expect(state["undone-and-read"]?.outputs).toMatchObject(before);
});

test("an update of which nothing is known fails, and state forgets the values it does not know", () => {
  for (const name of ["lost-unread", "lost-then-reverted", "lost-then-refreshed", "undone-unread"]) {
    expect(state[name]).toMatchObject({
      initErrors: [expect.stringContaining("Whether Pinterest did it is unclear")],
      outputs: {
        connectedMerchantId: "11",
        __managed: "mt",
        ...stateOfOutputs,
      },
    });
    expect(state[name]?.outputs).not.toHaveProperty("connectedTagId");
  }
});

test("an update of a secret whose answer is lost fails, since no read can show it", () => {
  expect(state.secret).toMatchObject({ initErrors: [expect.any(String)] });
  expect(state.secret?.outputs).not.toHaveProperty("partnerAccessToken");
});

test("the next update settles everything, also what the program has taken back meanwhile", async () => {
  await lab.succeed("refresh", "--skip-preview", "--target", "**::lost-then-refreshed");
  lab.emulator.clearRequests();
  program((name) => (name === "lost-then-reverted" ? before : after), "token-2");
  await lab.up();
  for (const name of names) {
    const connected_tag_id = name === "lost-then-reverted" ? "33" : "34";
    expect(lab.emulator.integration(name)).toMatchObject({ connected_merchant_id: "11", connected_tag_id });
  }
  expect(lab.written("secret")).toEqual([["PATCH", { partner_access_token: "token-2" }]]);
  expect(ids()).toEqual(idsBefore);
  for (const resource of Object.values(await lab.state())) {
    expect(resource).not.toHaveProperty("initErrors");
  }
  expect(await lab.previewExit("--refresh")).toBe(0);
});
