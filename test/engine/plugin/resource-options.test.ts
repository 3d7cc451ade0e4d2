import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });
const guarded = { args: shop("protected"), options: "{ protect: true }" };
const retained = { args: shop("retained"), options: "{ retainOnDelete: true }" };
const replaced = { tainted: shop("tainted"), targeted: shop("targeted") };

/** An integration with `ignoreChanges` for its tag and scopes. */
function ignoring(args: Record<string, unknown>) {
  return {
    args: { externalBusinessId: "ignoring", ...args },
    options: '{ ignoreChanges: ["connectedTagId", "scopes"] }',
  };
}

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
  lab.program({
    guarded,
    retained,
    ...replaced,
    ignoring: ignoring({ connectedMerchantId: "11", connectedTagId: "33", scopes: "ads:read" }),
  });
  await lab.up();
});

afterAll(() => lab.close());

let output: string;

test("an update of another property does not write ignored properties that were changed or removed", async () => {
  lab.emulator.change("ignoring", { connected_tag_id: "99" });
  lab.program({
    retained,
    ...replaced,
    ignoring: ignoring({ connectedMerchantId: "12", connectedTagId: "34" }),
  });
  lab.emulator.clearRequests();
  ({ output } = await lab.upFails());
  expect(lab.written("ignoring")).toEqual([["PATCH", { connected_merchant_id: "12" }]]);
  expect(lab.emulator.integration("ignoring")).toMatchObject({ connected_tag_id: "99", scopes: "ads:read" });
});

test("`protect` fails the update that would delete the resource", () => {
  expect(output).toContain("because it is protected");
  expect(lab.writes()).toEqual(["PATCH ignoring"]);
});

test("a refreshed update does not fix drift of ignored properties that were changed or removed", async () => {
  lab.emulator.change("ignoring", { scopes: null });
  lab.program({
    guarded,
    retained,
    ...replaced,
    ignoring: ignoring({ connectedMerchantId: "13", connectedTagId: "34" }),
  });
  // The tests that follow check these replacements.
  const { tainted, targeted } = await lab.state();
  await lab.succeed("state", "taint", tainted?.urn ?? "", "--yes");
  lab.emulator.clearRequests();
  await lab.up(
    "--refresh",
    "--target-replace",
    targeted?.urn ?? "",
    "--target",
    "**::tainted",
    "--target",
    "**::ignoring",
  );
  expect(lab.written("ignoring")).toEqual([["PATCH", { connected_merchant_id: "13" }]]);
  expect(lab.emulator.integration("ignoring")).toMatchObject({ connected_tag_id: "99", scopes: null });
});

test.each([
  ["`pulumi state taint`", "tainted"],
  ["`--target-replace`", "targeted"],
])("%s keeps an integration", (_command, id) => {
  expect(lab.writes().filter((write) => write.endsWith(id))).toEqual([]);
});

test("`retainOnDelete` keeps the integration at Pinterest, and a program with an alias can remove `protect`", async () => {
  lab.program({ unprotected: { args: shop("protected"), options: '{ aliases: [{ name: "guarded" }] }' } });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.writes().sort()).toEqual(["DELETE ignoring", "DELETE tainted", "DELETE targeted"]);
  expect(Object.keys(await lab.state())).toEqual(["unprotected"]);
  expect((await lab.state()).unprotected?.protect).not.toBe(true);
  const remaining = lab.emulator.integrations().map((integration) => integration.external_business_id);
  expect(remaining.sort()).toEqual(["protected", "retained"]);
});
