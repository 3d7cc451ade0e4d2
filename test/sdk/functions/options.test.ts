import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, getIntegrations, getIntegrationsOutput, Provider } from "../../../provider";
import { noToken } from "../../expected/messages";
import { failureOf } from "../../lifecycle/helpers/failure";
import { emulatedRun } from "../helpers/emulated-run";
import { settled, startRun } from "../helpers/run";

const stage = emulatedRun();

class Group extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions = {}) {
    super("test:index:Group", name, {}, options);
  }
}

/** A component that creates its resource in the next turn of the event loop. */
class LateGroup extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:LateGroup", name);
  }

  protected override async initialize(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    new CommerceIntegration("late", { externalBusinessId: "late" }, { parent: this });
  }
}

class OtherProvider extends pulumi.ProviderResource {}

/** An unknown output, of a resource that does not exist yet. */
function unknown(): pulumi.Output<string> {
  return new CommerceIntegration("pending", { externalBusinessId: "x" }).integrationId;
}

test("refuses a provider of another package", async () => {
  const provider = new OtherProvider("pulumi-nodejs", "other", {});
  await expect(getIntegrations({}, { provider })).rejects.toThrow(
    "getIntegrations: the `provider` option is not a pinterest.Provider",
  );
});

test.each([
  [
    { "pinterest:requestTimeout": "soon" },
    {},
    "`pinterest:requestTimeout` (PINTEREST_REQUEST_TIMEOUT) must be a number of seconds above 0 and up to 3600",
  ],
  [{}, { account: "north" }, noToken("north")],
])("reports an invalid configuration (%j, %j) without a stack trace", async (config, args, problem) => {
  await startRun({
    config: { "pinterest:apiUrl": stage.emulator.url, "pinterest:accessToken": "pina_a", ...config },
  });
  const failure = await failureOf(getIntegrations(args));
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect(failure.message).toContain(`getIntegrations: ${problem}`);
  expect(stage.emulator.counters().requests).toBe(0);
});

test("uses the refresh token of the provider option, and not the stack's access token", async () => {
  stage.emulator.setSwitches({ refreshTokenRotation: "none" });
  const { app_id, app_secret, refresh_token } = stage.emulator.account("shop-2");
  stage.emulator.put("b", {}, { account: "shop-2" });
  const provider = new Provider("second", {
    refreshToken: refresh_token,
    appId: app_id,
    appSecret: app_secret,
  });
  const { integrations } = await getIntegrations({}, { provider });
  expect(integrations).toMatchObject([{ externalBusinessId: "b" }]);
});

test("fails while the provider's token is unknown, and names the Output form", async () => {
  await stage.start({ preview: true });
  const provider = new Provider("second", { accessToken: unknown() });
  await expect(getIntegrations({}, { provider })).rejects.toThrow(
    "getIntegrations: the provider's pinterest:accessToken is not known yet; use getIntegrationsOutput instead",
  );
});

test.each([
  [
    "the provider option's token",
    () => [{}, { provider: new Provider("second", { accessToken: unknown() }) }],
  ],
  ["an argument", () => [{ connectedTagId: unknown() }, {}]],
  [
    "a resource to wait for",
    () => [{}, { dependsOn: new CommerceIntegration("a", { externalBusinessId: "a" }) }],
  ],
  [
    "a resource inside a component to wait for",
    () => {
      const group = new Group("group");
      const inner = new Group("inner", { parent: group });
      new CommerceIntegration("a", { externalBusinessId: "a" }, { parent: inner });
      return [{}, { dependsOn: group }];
    },
  ],
  [
    "a resource that a component creates in its asynchronous initialization",
    () => [{}, { dependsOn: new LateGroup("group") }],
  ],
] as [string, () => Parameters<typeof getIntegrationsOutput>][])(
  "returns an unknown output without a request while %s is unknown",
  async (_what, createArguments) => {
    await stage.start({ preview: true });
    const output = getIntegrationsOutput(...createArguments());
    expect(await settled(output)).toMatchObject({ isKnown: false });
    expect(stage.emulator.counters().requests).toBe(0);
  },
);

test("waits for the resources in `dependsOn`", async () => {
  const events: string[] = [];
  const stop = stage.emulator.onRequest(() => void events.push("listed"));
  const resource = new CommerceIntegration("a", {
    externalBusinessId: pulumi.output(
      new Promise<string>((resolve) => setImmediate(() => resolve("a"))).finally(() =>
        events.push("created"),
      ),
    ),
  });
  await settled(getIntegrationsOutput({}, { dependsOn: [resource] }));
  stop();
  expect(events).toEqual(["created", "listed"]);
});
