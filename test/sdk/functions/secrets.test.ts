import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "../../../emulator";
import { getIntegrations, getIntegrationsOutput } from "../../../provider";
import { settled, startRun } from "../helpers/run";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(async () => {
  emulator.reset();
  await startRun({
    config: { "pinterest:apiUrl": emulator.url, "pinterest:accessToken": emulator.token() },
  });
  emulator.put("shop-1", {
    connected_tag_id: "1",
    partner_access_token: "5ecret",
    partner_primary_email: "5@x",
  });
});
afterAll(() => emulator.stop());

test("partner tokens and e-mail are left out unless they are asked for", async () => {
  for (const args of [{}, { includeSecrets: false }]) {
    const [integration] = (await getIntegrations(args)).integrations;
    expect(integration).toMatchObject({ connectedTagId: "1" });
    expect(Object.keys(integration ?? {}).filter((name) => /Token$|Email$/.test(name))).toEqual([]);
  }
});

test("where they are asked for, those that are set come as secrets", async () => {
  const [integration] = (await getIntegrations({ includeSecrets: true })).integrations;
  expect(await settled(integration?.partnerAccessToken as pulumi.Output<string>)).toEqual({
    value: "5ecret",
    isKnown: true,
    isSecret: true,
  });
  expect(integration?.partnerPrimaryEmail).toBeDefined();
  expect(integration).not.toHaveProperty("partnerRefreshToken");
  expect(integration).toMatchObject({ connectedTagId: "1" });
});

test("an output with secrets is secret whole, one without is not", async () => {
  expect(await settled(getIntegrationsOutput({ includeSecrets: true }))).toMatchObject({
    value: { integrations: [{ partnerAccessToken: "5ecret" }] },
    isSecret: true,
  });
  expect(await settled(getIntegrationsOutput())).toMatchObject({ isSecret: false });
});

test("an argument that is secret makes the output secret", async () => {
  const output = getIntegrationsOutput({ connectedTagId: pulumi.secret("1") });
  expect(await settled(output)).toMatchObject({ isSecret: true });
});
