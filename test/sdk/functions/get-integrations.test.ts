import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { getIntegrations, getIntegrationsOutput } from "../../../provider";
import { invalidPageSize, unknownName } from "../../expected/messages";
import { failureOf } from "../../lifecycle/helpers/failure";
import { emulatedRun } from "../helpers/emulated-run";
import { settled } from "../helpers/run";

const stage = emulatedRun((emulator) => ({
  accounts: JSON.stringify({ b: emulator.token("shop-2") }),
}));

test.each([
  [{ pageSize: 0 }, invalidPageSize],
  [{ maxItem: 1 }, `\`maxItem\` ${unknownName("argument", "maxItems")}`],
])("refuses %j without a request", async (args, problem) => {
  const failure = await failureOf(getIntegrations(args as object));
  expect(failure.message).toContain(`getIntegrations: ${problem}`);
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect(stage.emulator.counters().requests).toBe(0);
});

describe("partner tokens and e-mail", () => {
  beforeEach(() => {
    stage.emulator.put("shop-1", {
      connected_tag_id: "1",
      partner_access_token: "5ecret",
      partner_primary_email: "5@x",
    });
  });

  test("are secrets with `includeSecrets`", async () => {
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

  test("make the whole output secret", async () => {
    expect(await settled(getIntegrationsOutput({ includeSecrets: true }))).toMatchObject({
      value: { integrations: [{ partnerAccessToken: "5ecret" }] },
      isSecret: true,
    });
    expect(await settled(getIntegrationsOutput())).toMatchObject({ isSecret: false });
  });
});
