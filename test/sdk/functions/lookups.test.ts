import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import {
  CommerceIntegration,
  getCommerceIntegration,
  getCommerceIntegrationOutput,
  getIntegration,
  getIntegrationOutput,
} from "../../../provider";
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

type LookupResult = Record<string, unknown>;

/** Both functions that read one integration. */
const lookups: {
  name: string;
  plain(id: string, more?: object, opts?: pulumi.InvokeOptions): Promise<LookupResult>;
  output(
    id: pulumi.Input<string>,
    more?: object,
    opts?: pulumi.InvokeOutputOptions,
  ): pulumi.Output<LookupResult>;
}[] = [
  {
    name: "getIntegration",
    plain: async (id, more = {}, opts = {}) => ({
      ...(await getIntegration({ integrationId: integrationIdOf(id), ...more }, opts)),
    }),
    output: (id, more = {}, opts = {}) =>
      getIntegrationOutput(
        { integrationId: pulumi.output(id).apply(integrationIdOf), ...more },
        opts,
      ) as never,
  },
  {
    name: "getCommerceIntegration",
    plain: async (id, more = {}, opts = {}) => ({
      ...(await getCommerceIntegration({ externalBusinessId: id, ...more }, opts)),
    }),
    output: (id, more = {}, opts = {}) =>
      getCommerceIntegrationOutput({ externalBusinessId: id, ...more }, opts) as never,
  },
];

test.each(lookups)(
  "$name throws its name and the ID if the integration is missing",
  async ({ name, plain }) => {
    const missing =
      name === "getIntegration" ? { integrationId: "1234567" } : { externalBusinessId: "missing" };
    const failure = await plain("a", missing).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(pulumi.RunError);
    expect(failure).toMatchObject({ status: 404, ...missing });
    expect(String(failure)).toContain(`${name}: reading `);
    expect(String(failure)).toContain(Object.values(missing)[0]);
  },
);

test.each(lookups)("$name is unknown while its ID or a dependency is unknown", async ({ output }) => {
  await stage.start({ preview: true });
  const pending = new CommerceIntegration("pending", { externalBusinessId: "pending" });
  expect(await settled(output(pending.integrationId))).toMatchObject({ isKnown: false });
  expect(await settled(output("a", {}, { dependsOn: pending }))).toMatchObject({ isKnown: false });
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
