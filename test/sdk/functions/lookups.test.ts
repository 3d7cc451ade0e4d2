import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import {
  CommerceIntegration,
  getCommerceIntegration,
  getCommerceIntegrationOutput,
  getIntegration,
  getIntegrationOutput,
} from "../../../provider";
import { failureOf } from "../../lifecycle/helpers/failure";
import { emulatedRun } from "../helpers/emulated-run";
import { settled } from "../helpers/run";

const stage = emulatedRun((emulator) => ({
  accounts: JSON.stringify({ named: emulator.token("shop-2") }),
}));
beforeEach(() => {
  stage.emulator.put("a", { connected_tag_id: "1", partner_access_token: "5ecret" });
  stage.emulator.put("b", { connected_tag_id: "2" }, { account: "shop-2" });
});

const integrationIdOf = (externalBusinessId: string) =>
  stage.emulator.integration(externalBusinessId)?.id ?? "";

type LookupOutput = pulumi.Output<unknown>;

/** Both functions that read one integration. */
const lookups: {
  name: string;
  missing: Record<string, string>;
  readMissing(): Promise<unknown>;
  output(id: pulumi.Input<string>, options?: pulumi.InvokeOutputOptions): LookupOutput;
}[] = [
  {
    name: "getIntegration",
    missing: { integrationId: "1234567" },
    readMissing: () => getIntegration({ integrationId: "1234567" }),
    output: (id, options) =>
      getIntegrationOutput({ integrationId: pulumi.output(id).apply(integrationIdOf) }, options),
  },
  {
    name: "getCommerceIntegration",
    missing: { externalBusinessId: "missing" },
    readMissing: () => getCommerceIntegration({ externalBusinessId: "missing" }),
    output: (id, options) => getCommerceIntegrationOutput({ externalBusinessId: id }, options),
  },
];

test.each(lookups)(
  "$name throws its name and the ID if the integration is missing",
  async ({ name, missing, readMissing }) => {
    const failure = await failureOf(readMissing());
    expect(failure).toBeInstanceOf(pulumi.RunError);
    expect(failure).toMatchObject({ status: 404, ...missing });
    expect(failure.message).toContain(`${name}: reading `);
    expect(failure.message).toContain(Object.values(missing)[0]);
  },
);

test.each(lookups)("$name is unknown while its ID or a dependency is unknown", async ({ output }) => {
  await stage.start({ preview: true });
  const pending = new CommerceIntegration("pending", { externalBusinessId: "pending" });
  expect(await settled(output(pending.integrationId))).toMatchObject({ isKnown: false });
  expect(await settled(output("a", { dependsOn: pending }))).toMatchObject({ isKnown: false });
  expect(stage.emulator.counters().requests).toBe(0);
});

test.each(lookups)("$name returns a secret for a secret ID", async ({ output }) => {
  expect(await settled(output(pulumi.secret("a")))).toMatchObject({ isSecret: true });
});

test("getCommerceIntegration reports whether an integration exists, and fails for other errors", async () => {
  const of = (externalBusinessId: string) =>
    getCommerceIntegrationOutput({ externalBusinessId, ignoreMissing: true });
  expect((await settled(of("a"))).value).toMatchObject({ exists: true, connectedTagId: "1" });
  expect((await settled(of("none"))).value).toStrictEqual({ externalBusinessId: "none", exists: false });
  const ofAnother = getCommerceIntegration({ externalBusinessId: "b", ignoreMissing: true });
  await expect(ofAnother).rejects.toMatchObject({ status: 409 });
  await expect(getCommerceIntegration({ externalBusinessId: "none" })).rejects.toMatchObject({ status: 404 });
});
