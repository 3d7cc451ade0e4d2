import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { getIntegrations, getIntegrationsOutput } from "../../../provider";
import { emulatedRun } from "../helpers/emulated-run";
import { settled } from "../helpers/run";

const stage = emulatedRun();
beforeEach(() => {
  stage.emulator.put("shop-1", {
    connected_tag_id: "1",
    partner_access_token: "5ecret",
    partner_primary_email: "5@x",
  });
});

test("omits partner tokens and e-mail by default", async () => {
  for (const args of [{}, { includeSecrets: false }]) {
    const [integration] = (await getIntegrations(args)).integrations;
    expect(integration).toMatchObject({ connectedTagId: "1" });
    expect(Object.keys(integration ?? {}).filter((name) => /Token$|Email$/.test(name))).toEqual([]);
  }
});

test("returns partner tokens and e-mail as secrets with `includeSecrets`", async () => {
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

test("makes the whole output secret only if it contains secrets", async () => {
  expect(await settled(getIntegrationsOutput({ includeSecrets: true }))).toMatchObject({
    value: { integrations: [{ partnerAccessToken: "5ecret" }] },
    isSecret: true,
  });
  expect(await settled(getIntegrationsOutput())).toMatchObject({ isSecret: false });
});

test("makes the output secret for a secret argument", async () => {
  const output = getIntegrationsOutput({ connectedTagId: pulumi.secret("1") });
  expect(await settled(output)).toMatchObject({ isSecret: true });
});
