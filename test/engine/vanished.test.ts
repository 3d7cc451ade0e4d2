import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

const shop = (id: string, tag = "31") => ({
  externalBusinessId: id,
  connectedMerchantId: "11",
  connectedTagId: tag,
});

const whole = (id: string, tag = "31") => ({
  external_business_id: id,
  connected_merchant_id: "11",
  connected_tag_id: tag,
});

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ standing: shop("standing"), vanished: shop("vanished"), removed: shop("removed") });
  await lab.up();
});

afterAll(() => lab.close());

test("an integration that was deleted behind the program's back is planned as a create, and made anew", async () => {
  lab.emulator.remove("vanished");
  lab.emulator.clearRequests();
  const { exitCode, steps } = await lab.preview("--refresh");
  expect(exitCode).toBe(7);
  expect(
    steps.filter(({ name, op }) => name === "vanished" && op !== "refresh").map(({ op }) => op),
  ).toContain("create");
  expect(steps.filter(({ name, op }) => name !== "vanished" && !["same", "refresh"].includes(op))).toEqual(
    [],
  );
  expect(lab.writes()).toEqual([]);

  await lab.up("--refresh");
  expect(lab.written("vanished")).toEqual([["POST", whole("vanished")]]);
  expect(lab.writes()).toHaveLength(1);
  const made = lab.emulator.integration("vanished");
  expect((await lab.state()).vanished?.outputs).toMatchObject({
    integrationId: made?.id,
    connectedTagId: "31",
  });
});

test("an update without refresh that finds its integration gone makes it anew, whole", async () => {
  lab.emulator.remove("vanished");
  lab.emulator.remove("removed");
  lab.emulator.clearRequests();
  lab.program({ standing: shop("standing"), vanished: shop("vanished", "32") });
  const { output } = await lab.up();
  expect(lab.written("vanished")).toEqual([
    ["PATCH", { connected_tag_id: "32" }],
    ["POST", whole("vanished", "32")],
  ]);
  expect(output).toContain("integration 'vanished' had vanished from Pinterest; it is made anew");
  expect(
    lab.emulator
      .integrations()
      .map((held) => held.external_business_id)
      .sort(),
  ).toEqual(["standing", "vanished"]);

  // `removed` left the program after it had vanished: there was nothing to delete, and that is no failure.
  expect(lab.writes()).toContain("DELETE removed");
  const state = await lab.state();
  expect(Object.keys(state).sort()).toEqual(["standing", "vanished"]);
  expect(state.vanished?.outputs).toMatchObject({
    integrationId: lab.emulator.integration("vanished")?.id,
    connectedTagId: "32",
  });
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("a destroy succeeds when some of the integrations are gone already", async () => {
  lab.emulator.remove("vanished");
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.integrations()).toEqual([]);
  expect(await lab.state()).toEqual({});
});
