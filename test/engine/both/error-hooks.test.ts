import { expect, test } from "@jest/globals";
import { labOfFile } from "../helpers/lab";

// Only the real engine runs error hooks. After a partial failure, it calls update instead of create (pkg/resource/deploy/step.go).

const lab = labOfFile({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });

test("an error hook that retries a create of unknown outcome gets the integration that exists", async () => {
  // The second retry succeeds, because the first one ends all faults.
  lab.program(
    {
      shop: {
        args: { externalBusinessId: "shop", connectedTagId: "1" },
        options: "{ hooks: { onError: [retry] } }",
      },
    },
    `let failures = 0;
const retry = new pulumi.ErrorHook("retry", async () => {
  failures += 1;
  if (failures === 2) await fetch("${lab.emulator.administrationUrl}/faults", { method: "DELETE" });
  return failures <= 2;
});`,
  );
  // Pinterest creates the integration, but its response is lost, and all later reads and updates fail.
  lab.emulator.armFault({ kind: "reset", operation: "create", commit: true });
  lab.emulator.armFault({ kind: "response", status: 503, operation: "get", skip: 1, times: "all" });
  lab.emulator.armFault({ kind: "response", status: 503, operation: "update", times: "all" });
  await lab.up();
  expect(lab.writes().filter((write) => write.startsWith("POST"))).toEqual(["POST shop"]);
  const { shop } = await lab.state();
  expect(shop?.outputs).toMatchObject({ integrationId: lab.emulator.integration("shop")?.id });
  expect(shop).not.toHaveProperty("initErrors");
  expect(await lab.previewExit("--refresh")).toBe(0);
});
