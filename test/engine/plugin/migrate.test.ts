import { beforeAll, expect, test } from "@jest/globals";
import { labOfFile } from "../helpers/lab";
import { js } from "../helpers/program";

const lab = labOfFile({ providerType: "dynamic" });

/** Declares one integration of each kind that state can contain. */
function program(): void {
  lab.program(
    {
      plain: {
        externalBusinessId: "plain",
        connectedTagId: "1",
        scopes: ["b", "a"],
        partnerMetadata: { z: 1, a: 2 },
      },
      secret: {
        externalBusinessId: "secret",
        partnerAccessToken: "partner-token",
        connectedMerchantId: js('pulumi.secret("11")'),
      },
      named: { externalBusinessId: "named", account: "named" },
      explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
    },
    `const explicit = new pinterest.Provider("explicit", { accessToken: "${lab.emulator.token("explicit")}" });
     new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: "deployed" });`,
  );
}

beforeAll(async () => {
  for (const name of ["named", "explicit"]) lab.emulator.addAccount({ name });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: lab.emulator.token("named") });
  program();
  await lab.up();
  lab.emulator.clearRequests();
  lab.setProviderType("plugin");
  program();
});

test("changing one import migrates a stack of the dynamic provider without changes or writes", async () => {
  await lab.up("--expect-no-changes");
  expect(lab.writes()).toEqual([]);
  const types = (await lab.resources()).map(({ type }) => type);
  expect(types.filter((type) => type.includes("pulumi-nodejs"))).toEqual([]);
  expect(types.filter((type) => type === "pinterest:index:CommerceIntegration")).toHaveLength(4);
});

test("changing the import back and again migrates the stack without a write to Pinterest", async () => {
  lab.setProviderType("dynamic");
  program();
  const check = await lab.cli("drift");
  expect(check.stdout).toContain(
    "state has the integration with the plugin, and the program declares it with the",
  );
  expect(check.exitCode).toBe(1);
  const { output } = await lab.up();
  expect(output).toMatch(/CommerceIntegration plain updated/);
  expect(output).not.toMatch(/:(CommerceIntegration|IntegrationLog) \w+ (created|deleted|replaced)/);
  lab.setProviderType("plugin");
  program();
  await lab.up();
  expect(lab.writes()).toEqual([]);
});

test("drift of a migrated stack is fixed, and a destroy deletes everything", async () => {
  for (const id of ["plain", "secret", "named", "explicit"])
    lab.emulator.change(id, { connected_merchant_id: "99" });
  await lab.up("--refresh");
  expect(lab.writes()).toEqual(["PATCH secret"]);
  expect(lab.written("secret")).toEqual([["PATCH", { connected_merchant_id: "11" }]]);
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.integrations()).toEqual([]);
});
