import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { drift, drifted, inSync } from "../helpers/drift";
import { Lab } from "../helpers/lab";

// The engine reads each integration before an update, and saves the result also if the update fails.

let lab: Lab;

beforeEach(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
});

afterEach(() => lab.close());

const shop = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: "partner-token" };
const other = { externalBusinessId: "other", connectedTagId: "1" };

test("drift stays drift after an update that failed, and after a refresh, until it is fixed", async () => {
  lab.program({ shop, other });
  await lab.up();
  lab.emulator.change("shop", { connected_tag_id: "7" });
  lab.emulator.armFault({
    kind: "response",
    status: 503,
    operation: "create",
    external_business_id: "fresh",
    times: "all",
  });
  lab.program({
    fresh: { externalBusinessId: "fresh" },
    shop: { args: shop, options: "{ dependsOn: [resources.fresh] }" },
    other,
  });
  await lab.fail("up", "--skip-preview");
  await lab.succeed("refresh", "--skip-preview", "--run-program");
  lab.emulator.disarmFaults();
  lab.program({ shop, other });
  const { exitCode, merchants } = await drift(lab);
  expect(exitCode).toBe(7);
  expect(merchants).toEqual({ shop: drifted({ connectedTagId: ["1", "7"] }), other: inSync });
  await drift(lab, "--fix", "--yes");
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
  expect((await drift(lab)).exitCode).toBe(0);
});

test("a change that the program accepts is neither drift nor pending", async () => {
  lab.program({ other });
  await lab.up();
  lab.emulator.change("other", { connected_tag_id: "7" });
  await lab.succeed("refresh", "--skip-preview", "--run-program");
  lab.program({ other: { ...other, connectedTagId: "7" } });
  expect(await lab.previewExit()).toBe(0);
  expect(await drift(lab)).toMatchObject({ exitCode: 0, merchants: { other: inSync } });
});

test.each([
  ["writes its partner token again", shop, [["PATCH", { partner_access_token: "partner-token" }]]],
  ["records it", { externalBusinessId: "shop", connectedTagId: "1" }, []],
])("a recreated integration is drift, and the update %s", async (_effect, declared, written) => {
  lab.program({ shop: declared });
  await lab.up();
  lab.emulator.remove("shop");
  lab.emulator.put("shop", { connected_tag_id: "1" });
  lab.emulator.clearRequests();
  expect(await lab.previewExit()).toBe(7);
  const { exitCode, report } = await drift(lab);
  expect(exitCode).toBe(7);
  expect(report.stacks[0]?.merchants).toMatchObject([{ status: "drifted", recreated: true, pending: [] }]);
  const { output } = await lab.up();
  expect(output).toContain("integration 'shop' was deleted and recreated at Pinterest");
  expect(lab.written("shop")).toEqual(written);
  expect(await lab.previewExit()).toBe(0);
  expect((await drift(lab)).exitCode).toBe(0);
});
