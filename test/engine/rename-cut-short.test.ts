import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { integrationType } from "./helpers/provider-type";

const args = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
});
afterAll(() => lab.close());

test("a rename without an alias, in an update that fails in something else, leaves the integration standing in the next", async () => {
  lab.program({ before: args("shop") });
  await lab.up();
  lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "other" });
  lab.program({ after: args("shop"), other: args("other") });
  await lab.upFails();
  expect(Object.keys(await lab.state()).sort()).toEqual(["after", "before"]);
  lab.emulator.clearRequests();
  const { output } = await lab.up();
  expect(output).toContain("integration 'shop' is left standing at Pinterest");
  expect(lab.writes()).toEqual(["POST other"]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["after", "other"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("so does one after which everything is refreshed first", async () => {
  lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "third" });
  lab.program({ again: args("shop"), other: args("other"), third: args("third") });
  await lab.upFails();
  lab.emulator.clearRequests();
  await lab.up("--refresh", "--run-program");
  expect(lab.writes()).toEqual(["POST third"]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["again", "other", "third"]);
});

test("what is removed, forced to be replaced, or destroyed is deleted all the same", async () => {
  lab.program({ again: args("shop"), other: args("other") });
  lab.emulator.clearRequests();
  await lab.up("--refresh");
  expect(lab.writes()).toEqual(["DELETE third"]);
  lab.emulator.clearRequests();
  await lab.up("--target-replace", "**::other");
  expect(lab.writes()).toEqual(["DELETE other", "POST other"]);
  lab.emulator.clearRequests();
  await lab.succeed("state", "taint", `urn:pulumi:test::lab::${integrationType}::again`);
  await lab.up();
  expect(lab.writes()).toEqual(["DELETE shop", "POST shop"]);
  await lab.succeed("destroy", "--refresh", "--run-program");
  expect(lab.emulator.integrations()).toEqual([]);
});
