import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// Only the real engine runs error hooks. After a partial failure, it calls update instead of create (pkg/resource/deploy/step.go).

let lab: Lab;

beforeEach(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
});

afterEach(() => lab.close());

/** A hook that retries up to `retries` times. With `repairs`, it ends all faults first. */
const hook = (retries: number, repairs: boolean) => `
let failures = 0;
const retry = new pulumi.ErrorHook("retry", async () => {
  failures += 1;
  if (${repairs}) await fetch("${lab.emulator.administrationUrl}/faults", { method: "DELETE" });
  return failures <= ${retries};
});`;

const shop = {
  shop: {
    args: { externalBusinessId: "shop", connectedTagId: "1" },
    options: "{ hooks: { onError: [retry] } }",
  },
};

/** Pinterest creates the integration, but its response is lost, and all later reads and updates fail. */
function loseCreate(): void {
  lab.emulator.armFault({ kind: "reset", operation: "create", commit: true });
  lab.emulator.armFault({ kind: "response", status: 503, operation: "get", skip: 1, times: "all" });
  lab.emulator.armFault({ kind: "response", status: 503, operation: "update", times: "all" });
}

const creates = () => lab.writes().filter((write) => write.startsWith("POST"));

test("an error hook that retries a create of unknown outcome gets the integration that exists", async () => {
  lab.program(shop, hook(1, true));
  loseCreate();
  await lab.up();
  expect(creates()).toEqual(["POST shop"]);
  const { shop: resource } = await lab.state();
  expect(resource?.outputs).toMatchObject({ integrationId: lab.emulator.integration("shop")?.id });
  expect(resource).not.toHaveProperty("initErrors");
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("an error hook that retries in vain duplicates nothing, and the next update converges", async () => {
  lab.program(shop, hook(2, false));
  loseCreate();
  await lab.upFails();
  expect(creates()).toEqual(["POST shop"]);
  lab.emulator.disarmFaults();
  await lab.up();
  expect(creates()).toEqual(["POST shop"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});
