import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

const args = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });

const renamed = { plainNew: args("plain"), aliasedNew: args("aliased") };

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.program({ plainOld: args("plain"), aliasedOld: args("aliased") });
  await lab.up();
});

afterAll(() => lab.close());

test("a rename with an alias is nothing at all: no change in the preview, no request in the update", async () => {
  lab.program({
    plainOld: args("plain"),
    aliasedNew: { args: args("aliased"), options: '{ aliases: [{ name: "aliasedOld" }] }' },
  });
  lab.emulator.clearRequests();
  expect(await lab.previewExit()).toBe(0);
  await lab.up();
  expect(lab.emulator.requests()).toEqual([]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["aliasedNew", "plainOld"]);
});

test("a rename without an alias whose new resource fails leaves the integration standing", async () => {
  lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "plain" });
  lab.program(renamed);
  await lab.upFails();
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state())).toContain("plainOld");
});

test("a rename without an alias leaves the integration standing, says so, and then previews empty", async () => {
  const { id } = lab.emulator.integration("plain") ?? {};
  const { output } = await lab.up();
  expect(output).toContain("integration 'plain' is left standing at Pinterest");
  expect(lab.writes()).toEqual([]);
  expect(lab.emulator.integration("plain")).toMatchObject({ id });
  expect(Object.keys(await lab.state()).sort()).toEqual(["aliasedNew", "plainNew"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});
