import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("confirms by integration ID that a secret is cleared, if a value was shown before", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(stage.emulator.counters().operations).toMatchObject({ getById: 2, list: 0 });
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: null }]);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: null });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(outputs.__managed).toBe("t");
});

const hidden = "Pinterest does not show whether it is cleared";
const refuseById = (skip: number) =>
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "getById", skip, times: "all" });

test.each<[string, string, () => void]>([
  [
    "no answer after the clearing shows the integration",
    "Pinterest still holds a value",
    () => refuseById(1),
  ],
  ["Pinterest does not answer by integration ID", hidden, () => refuseById(0)],
  ["Pinterest returns no secrets", hidden, () => stage.emulator.setSwitches({ recordSecrets: "null" })],
  ["Pinterest omits secrets", hidden, () => stage.emulator.setSwitches({ recordSecrets: "omitted" })],
])("fails and keeps a secret managed if %s", async (_what, reason, arrange) => {
  arrange();
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toContain(`\`partnerAccessToken\` was removed from the program, but ${reason}`);
  expect(message).not.toContain("hidden");
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
});

test("a masked answer shows whether there is a value", async () => {
  stage.emulator.setSwitches({ recordSecrets: "masked" });
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(outputs.__managed).toBe("t");
});

test("fails and names a secret that Pinterest does not clear, and keeps what was cleared", async () => {
  const secrets = { partnerAccessToken: "hidden", partnerPrimaryEmail: "a@example.com" };
  const previous = await stage.created({ ...inputs, ...secrets, connectedLbaId: "2" });
  stage.emulator.setSwitches({ ignoredFields: ["partner_access_token"] });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toMatch(
    /`partnerAccessToken` was removed from the program, but Pinterest still holds a value/,
  );
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
  expect(Object.keys(kept)).not.toContain("partnerPrimaryEmail");
});

test("keeps a secret managed if nothing confirms that it is cleared, next to a field that is not cleared, each with its reason", async () => {
  stage.emulator.setSwitches({ recordSecrets: "omitted" });
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden", connectedLbaId: "2" });
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toContain("Pinterest still holds a value of `connectedLbaId`");
  expect(message).toContain("does not show whether `partnerAccessToken` is cleared");
  expect(kept).toMatchObject({
    partnerAccessToken: "hidden",
    connectedLbaId: "2",
    __managed: "tlA~lA",
  });
});

test("retries a stale answer after clearing", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  stage.emulator.setSwitches({ readLag: 4 });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(outputs.__managed).toBe("t");
  expect(stage.pauses.length).toBeGreaterThan(0);
});
