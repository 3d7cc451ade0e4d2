import { beforeAll, expect, test } from "@jest/globals";
import { exitCodes } from "../expected/reports";
import { drift, drifted, inSync } from "./helpers/drift";
import { labOfFile } from "./helpers/lab";

// The engine reads each integration before an update, and saves the result also if the update fails. The tests depend on each other.

const shop = (externalBusinessId: string, connectedTagId = "1") => ({ externalBusinessId, connectedTagId });
const recreated = {
  secret: { ...shop("secret"), partnerAccessToken: "partner-token" },
  plain: shop("plain"),
};

const lab = labOfFile({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });

beforeAll(async () => {
  lab.program({ shop: shop("shop"), other: shop("other"), ...recreated });
  await lab.up();
});

test("after an update that failed and a refresh, a change stays drift until the program accepts it or it is fixed", async () => {
  for (const id of ["shop", "other"]) lab.emulator.change(id, { connected_tag_id: "7" });
  const operation = { operation: "create", external_business_id: "fresh" } as const;
  lab.emulator.armFault({ kind: "response", status: 503, times: "all", ...operation });
  lab.program({
    fresh: { externalBusinessId: "fresh" },
    shop: { args: shop("shop"), options: "{ dependsOn: [resources.fresh] }" },
    other: { args: shop("other"), options: "{ dependsOn: [resources.fresh] }" },
    ...recreated,
  });
  await lab.fail("up", "--skip-preview");
  await lab.succeed("refresh", "--skip-preview", "--run-program");
  lab.emulator.disarmFaults();
  lab.program({ shop: shop("shop"), other: shop("other", "7"), ...recreated });
  const { exitCode, merchants } = await drift(lab);
  expect(exitCode).toBe(exitCodes.drift);
  expect(merchants).toEqual({
    shop: drifted({ connectedTagId: ["1", "7"] }),
    other: inSync,
    secret: inSync,
    plain: inSync,
  });
  expect((await drift(lab, "--fix", "--yes")).exitCode).toBe(0);
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
});

test("a recreated integration is drift, and the update records it and writes its partner token again", async () => {
  for (const id of ["secret", "plain"]) {
    lab.emulator.remove(id);
    lab.emulator.put(id, { connected_tag_id: "1" });
  }
  lab.emulator.clearRequests();
  const { exitCode, report } = await drift(lab);
  expect(exitCode).toBe(7);
  const found = report.stacks[0]?.merchants.filter(({ status }) => status === "drifted");
  expect(found).toMatchObject([
    { name: "plain", recreated: true, pending: [] },
    { name: "secret", recreated: true, pending: [] },
  ]);
  const { output } = await lab.up();
  for (const id of ["secret", "plain"])
    expect(output).toContain(`integration '${id}' was deleted and recreated at Pinterest`);
  expect(lab.written("plain")).toEqual([]);
  expect(lab.written("secret")).toEqual([["PATCH", { partner_access_token: "partner-token" }]]);
  expect((await drift(lab)).exitCode).toBe(0);
});
