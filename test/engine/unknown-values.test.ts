import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unknownValue } from "../../provider/lifecycle/unknown";
import { Lab } from "./helpers/lab";
import { js } from "./helpers/program";

type Given = Record<string, unknown>;

const number = js("resources.first.integrationId");

/** Everything that can be given, known only once the first integration exists. */
function program(firstTag: string): void {
  lab.program({
    first: { externalBusinessId: "first", connectedTagId: firstTag },
    byNumber: { externalBusinessId: number, connectedTagId: "33" },
    everywhere: {
      externalBusinessId: "everywhere",
      connectedMerchantId: number,
      additionalId1: js("pulumi.concat('shop ', resources.first.integrationId)"),
      partnerAccessToken: js("pulumi.secret(resources.first.integrationId)"),
      partnerAccessTokenExpiry: js("resources.first.createdTimestamp.apply((time) => time + 86400000)"),
      scopes: ["ads:read", number],
      partnerMetadata: { plan: "p", nested: { number }, list: ["first", { number }] },
      adopt: js("resources.first.integrationId.apply((number) => number === undefined)"),
    },
  });
}

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  program("33");
});

afterAll(() => lab.close());

test("a preview takes values that are not known yet, at any depth and for any argument, and asks nothing", async () => {
  const { stdout } = await lab.succeed("preview", "--json");
  const { steps } = JSON.parse(stdout) as { steps: { urn: string; newState?: { inputs?: Given } }[] };
  const inputsOf = (name: string) => steps.find(({ urn }) => urn.endsWith(`::${name}`))?.newState?.inputs;
  expect(inputsOf("byNumber")).toMatchObject({ externalBusinessId: unknownValue, connectedTagId: "33" });
  // Whole and not in part: what is known of a list or a document is not yet its value.
  const { externalBusinessId, partnerAccessToken, __provider, ...unknown } = inputsOf("everywhere") ?? {};
  expect(externalBusinessId).toBe("everywhere");
  expect(partnerAccessToken).toBe("[secret]");
  expect(Object.keys(unknown)).toHaveLength(6);
  expect(new Set(Object.values(unknown))).toEqual(new Set([unknownValue]));
  expect(lab.emulator.requests()).toEqual([]);
});

test("the update resolves them, and then previews empty", async () => {
  await lab.up();
  const first = lab.emulator.integration("first");
  const id = first?.id ?? "";
  expect(lab.emulator.integration(id)).toMatchObject({ connected_tag_id: "33" });
  expect(lab.emulator.integration("everywhere")).toMatchObject({
    connected_merchant_id: id,
    additional_id_1: `shop ${id}`,
    partner_access_token: id,
    partner_access_token_expiry: (first?.created_timestamp ?? 0) + 86400000,
    scopes: `${id},ads:read`,
    partner_metadata: `{"list":["first",{"number":"${id}"}],"nested":{"number":"${id}"},"plan":"p"}`,
  });
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("an update of the one that others draw from changes none of them, whatever its preview had to assume", async () => {
  program("34");
  expect((await lab.steps()).find(({ name }) => name === "first")).toMatchObject({ op: "update" });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.writes()).toEqual(["PATCH first"]);
  expect(await lab.previewExit()).toBe(0);
});
