import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MerchantReport } from "../../../stack/report";
import { type DriftRun, drift } from "../helpers/drift";
import { Lab } from "../helpers/lab";
import { type Declarations, js } from "../helpers/program";

// Runs with both provider types, because each translates the engine's check of a create in its own way.

const tag = { connectedTagId: "1" };

const before: Declarations = {
  kept: { externalBusinessId: "kept", ...tag },
  oldName: { externalBusinessId: "renamed", ...tag },
  missing: { externalBusinessId: "missing", ...tag },
};

const after: Declarations = {
  kept: { externalBusinessId: "kept", ...tag },
  newName: { externalBusinessId: "renamed", ...tag },
  missing: { externalBusinessId: "missing", ...tag },
  fresh: { externalBusinessId: "fresh", ...tag },
  equal: { externalBusinessId: "equal", ...tag },
  differing: { externalBusinessId: "differing", ...tag },
  adopting: { externalBusinessId: "adopting", ...tag, adopt: true },
  foreign: { externalBusinessId: "foreign", ...tag },
  revoked: { externalBusinessId: "revoked", account: "west", ...tag },
  unknown: { externalBusinessId: js("resources.fresh.integrationId"), ...tag },
};

let lab: Lab;
let run: DriftRun;
let forecasts: Record<string, MerchantReport["forecast"]>;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  const { emulator } = lab;
  const west = emulator.addAccount({ name: "west" });
  const [, south] = emulator.accounts();
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ west: west.access_tokens[0] });
  lab.program(before);
  await lab.up();
  emulator.put("equal", { connected_tag_id: "1" });
  for (const id of ["differing", "adopting"]) emulator.put(id, { connected_tag_id: "9" });
  emulator.put("foreign", { connected_tag_id: "1" }, { account: south?.name });
  emulator.setAccount("west", { revoked: true });
  emulator.remove("missing");
  lab.program(after);
  emulator.clearRequests();
  run = await drift(lab);
  const merchants = run.report.stacks[0]?.merchants ?? [];
  forecasts = Object.fromEntries(merchants.map(({ name, forecast }) => [name, forecast]));
});

afterAll(() => lab.close());

test("forecasts each pending create, and nothing else", () => {
  const differences = [{ name: "connectedTagId", secret: false, program: "1", pinterest: "9" }];
  expect(forecasts).toEqual({
    kept: undefined,
    missing: undefined,
    newName: { verdict: "adopted" },
    fresh: { verdict: "created" },
    equal: { verdict: "adopted" },
    differing: { verdict: "refused", differences, reason: "it exists and differs from the program" },
    adopting: { verdict: "overwritten", differences },
    foreign: expect.objectContaining({ verdict: "foreign" }),
    revoked: expect.objectContaining({
      verdict: "not-checked",
      reason: expect.stringContaining("HTTP 401"),
      advice: expect.stringContaining("Set a valid access token"),
    }),
    unknown: expect.objectContaining({ verdict: "unknown" }),
  });
  expect(run.report.summary).toMatchObject({ missing: 1, pending: 8, revoked: 0, errors: 0 });
  expect(run.exitCode).toBe(7);
});

test("writes nothing, and reads each new integration at most once", () => {
  const requests = lab.emulator.requests();
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  // The refresh repeats the read of the integration that is missing after its create.
  const read = requests.flatMap(({ external_business_id: id }) => (id === "missing" ? [] : (id ?? [])));
  expect(read).toEqual([...new Set(read)]);
  // The account's list has the others, except for the first one.
  expect(read.length).toBeLessThanOrEqual(4);
});

test("the update does what the report forecasts", async () => {
  const { output } = await lab.upFails();
  expect(output).toContain("differs from the program in `connectedTagId`");
  const { differing, foreign, revoked, ...state } = await lab.state();
  expect([differing, foreign, revoked]).toEqual([undefined, undefined, undefined]);
  expect(Object.keys(state)).toEqual(expect.arrayContaining(["fresh", "equal", "adopting"]));
  expect(lab.emulator.integration("adopting")).toMatchObject({ connected_tag_id: "1" });
});
