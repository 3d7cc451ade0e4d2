import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ other: lab.emulator.token("shop-2") });
  lab.emulator.put("a", { connected_tag_id: "1", partner_access_token: "partner-token-a" });
  lab.emulator.put("b", { connected_tag_id: "2" }, { account: "shop-2" });
});

afterAll(() => lab.close());

async function outputs(...options: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await lab.succeed("stack", "output", "--json", ...options)).stdout);
}

test("a program looks integrations up by number and by id, of whichever account it says", async () => {
  const [a, b] = ["a", "b"].map((id) => JSON.stringify(lab.emulator.integration(id)?.id));
  lab.program(
    { made: { externalBusinessId: "made", connectedTagId: "3" } },
    `
    const shop2 = new pinterest.Provider("shop-2", { accessToken: "${lab.emulator.token("shop-2")}" });
    module.exports = async () => ({
      number: await pinterest.getIntegration({ integrationId: ${a} }),
      id: (await pinterest.getCommerceIntegration({ externalBusinessId: "a" })).integrationId,
      named: (await pinterest.getIntegration({ integrationId: ${b}, account: "other" })).connectedTagId,
      provided: (await pinterest.getCommerceIntegration({ externalBusinessId: "b" }, { provider: shop2 })).connectedTagId,
      numberOutput: pinterest.getIntegrationOutput({ integrationId: resources.made.integrationId }).connectedTagId,
      idOutput: pinterest.getCommerceIntegrationOutput({ externalBusinessId: "made" }, { dependsOn: resources.made }).connectedTagId,
      secret: (await pinterest.getIntegration({ integrationId: ${a}, includeSecrets: true })).partnerAccessToken,
    });`,
  );
  await lab.succeed("preview");
  await lab.up();
  const { id, connected_user_id, created_timestamp, updated_timestamp } = lab.emulator.integration("a") ?? {};
  expect(await outputs()).toEqual({
    number: {
      externalBusinessId: "a",
      integrationId: id,
      connectedTagId: "1",
      connectedUserId: connected_user_id,
      createdTimestamp: created_timestamp,
      updatedTimestamp: updated_timestamp,
    },
    id,
    named: "2",
    provided: "2",
    numberOutput: "3",
    idOutput: "3",
    secret: "[secret]",
  });
  expect((await outputs("--show-secrets")).secret).toBe("partner-token-a");
  expect(await lab.exported()).not.toContain("partner-token-a");
});

test("one that is missing fails the preview by its number, in one line", async () => {
  lab.program({}, 'exports.gone = pinterest.getIntegration({ integrationId: "123" });');
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /getIntegration: reading integration number "123" failed: Pinterest answered HTTP 404/,
  );
  expect(output).not.toMatch(/\n\s+at /);
});
