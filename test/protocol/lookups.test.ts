import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { noSuchIntegration, reading, responded } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";
import { isSecret } from "../fake-engine/values";

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, accounts: 3 });
    const { emulator } = lab;
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
      second: emulator.token("shop-2"),
      third: emulator.token("shop-3"),
    });
    emulator.seed(600, {
      fields: (number) => ({
        connected_merchant_id: `m${number % 3}`,
        connected_tag_id: `t${number % 100}`,
        partner_access_token: `partner-token-${number}`,
      }),
    });
    emulator.seed(2, {
      prefix: "of-shop-2-",
      account: "shop-2",
      fields: (number) => ({ connected_lba_id: `lba${number}` }),
    });
    emulator.seed(3, { prefix: "of-shop-3-", account: "shop-3" });
  });

  afterAll(() => lab.close());

  const shop2 = () =>
    `const shop2 = new pinterest.Provider("shop-2", { accessToken: "${lab.emulator.token("shop-2")}" });`;

  const integrationId = (id: string) => JSON.stringify(lab.emulator.integration(id)?.id);

  /** The stack's outputs, with the marks of secrets. */
  const markedOutputs = () =>
    lab.resources().find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};

  describe("`getIntegrations`", () => {
    /** Expressions in a program, and their values. */
    const lists: [what: string, expression: string, value: unknown][] = [
      ["lists all pages", "ids(pinterest.getIntegrations()).then((all) => all.length)", 600],
      [
        "filters by merchant and tag",
        'ids(pinterest.getIntegrations({ connectedMerchantId: "m1", connectedTagId: "t7" }))',
        ["seed-307", "seed-7"],
      ],
      [
        "filters by the beginning of the external business ID",
        'ids(pinterest.getIntegrations({ externalBusinessIdPrefix: "seed-59" })).then((found) => found.length)',
        11,
      ],
      [
        "lists at most `maxItems`",
        "ids(pinterest.getIntegrations({ maxItems: 2, pageSize: 10 }))",
        ["seed-1", "seed-2"],
      ],
      [
        "reports a list that `maxItems` limits",
        "pinterest.getIntegrations({ maxItems: 2, pageSize: 10 }).then(({ truncated }) => truncated)",
        true,
      ],
      [
        "lists a named account",
        'ids(pinterest.getIntegrations({ account: "third" }))',
        ["of-shop-3-1", "of-shop-3-2", "of-shop-3-3"],
      ],
      [
        "lists the account of an explicit provider",
        "ids(pinterest.getIntegrations({}, { provider: shop2 }))",
        ["of-shop-2-1", "of-shop-2-2"],
      ],
      [
        "lists the account of its parent's provider",
        "ids(pinterest.getIntegrations({}, { parent: group }))",
        ["of-shop-2-1", "of-shop-2-2"],
      ],
      [
        "has an output form",
        'pinterest.getIntegrationsOutput({ connectedTagId: pulumi.output("t7") }).integrations.length',
        6,
      ],
      [
        "has an output form with an explicit provider",
        "pinterest.getIntegrationsOutput({}, { provider: shop2 }).integrations.length",
        2,
      ],
    ];
    let values: Record<string, unknown>;

    beforeAll(async () => {
      const exported = lists.map(([what, expression]) => `${JSON.stringify(what)}: ${expression}`);
      lab.program(
        {},
        `
        ${shop2()}
        class Group extends pulumi.ComponentResource {
          constructor(opts) { super("lab:index:Group", "group", {}, opts); }
        }
        const group = new Group({ providers: [shop2] });
        const ids = async (list) => (await list).integrations.map((item) => item.externalBusinessId);
        module.exports = async () => ({ ${exported.join(", ")} });`,
      );
      await lab.up();
      values = lab.outputs();
    });

    test.each(lists)("%s", (what, _expression, value) => {
      expect(values[what]).toEqual(value);
    });
  });

  test("lists after the resource in `dependsOn`, and returns secrets only on request and marked as secrets", async () => {
    lab.program(
      {
        created: {
          externalBusinessId: "created",
          account: "third",
          partnerAccessToken: "partner-token-created",
        },
      },
      `
      const created = Promise.resolve().then(() => resources.created);
      const args = { account: "third", externalBusinessIdPrefix: "created" };
      exports.plain = pinterest.getIntegrationsOutput(args, { dependsOn: created }).integrations;
      exports.secret = pinterest.getIntegrationsOutput({ ...args, includeSecrets: true }, { dependsOn: created }).integrations;
      `,
    );
    await lab.up();
    expect(isSecret(markedOutputs().secret)).toBe(true);
    expect(lab.outputs()).toMatchObject({
      plain: [{ externalBusinessId: "created" }],
      secret: [{ externalBusinessId: "created", partnerAccessToken: "partner-token-created" }],
    });
    expect(JSON.stringify(lab.outputs().plain)).not.toContain("partner-token");
  });

  test("finds integrations by integration ID and by external business ID, in the account in the call", async () => {
    lab.program(
      { created: { externalBusinessId: "created-2", connectedTagId: "3" } },
      `
      ${shop2()}
      module.exports = async () => ({
        byNumber: await pinterest.getIntegration({ integrationId: ${integrationId("seed-1")} }),
        byId: (await pinterest.getCommerceIntegration({ externalBusinessId: "seed-1" })).integrationId,
        named: (await pinterest.getIntegration({ integrationId: ${integrationId("of-shop-2-1")}, account: "second" })).connectedLbaId,
        provided: (await pinterest.getCommerceIntegration({ externalBusinessId: "of-shop-2-1" }, { provider: shop2 })).connectedLbaId,
        byNumberOutput: pinterest.getIntegrationOutput({ integrationId: resources.created.integrationId }).connectedTagId,
        byIdOutput: pinterest.getCommerceIntegrationOutput({ externalBusinessId: "created-2" }, { dependsOn: resources.created }).connectedTagId,
        secret: (await pinterest.getIntegration({ integrationId: ${integrationId("seed-1")}, includeSecrets: true })).partnerAccessToken,
      });`,
    );
    await lab.succeed("preview");
    await lab.up();
    const { id, connected_user_id, created_timestamp, updated_timestamp } =
      lab.emulator.integration("seed-1") ?? {};
    expect(lab.outputs()).toEqual({
      byNumber: {
        externalBusinessId: "seed-1",
        integrationId: id,
        connectedMerchantId: "m1",
        connectedTagId: "t1",
        connectedUserId: connected_user_id,
        createdTimestamp: created_timestamp,
        updatedTimestamp: updated_timestamp,
      },
      byId: id,
      named: "lba1",
      provided: "lba1",
      byNumberOutput: "3",
      byIdOutput: "3",
      secret: "partner-token-1",
    });
    expect(isSecret(markedOutputs().secret)).toBe(true);
  });

  describe("`CommerceIntegration.get`", () => {
    beforeAll(() => {
      lab.emulator.put("complete", {
        connected_merchant_id: "11",
        connected_tag_id: "33",
        partner_access_token_expiry: 1_900_000_000_000,
        partner_access_token: "never shown",
      });
    });

    const getById = (id: string) => `
      const found = pinterest.CommerceIntegration.get("found", ${JSON.stringify(id)});
      const others = pinterest.CommerceIntegration.get("others", "of-shop-2-1", { account: "second" });
      for (const name of ["id", "externalBusinessId", "connectedMerchantId", "connectedTagId", "connectedLbaId",
        "partnerAccessTokenExpiry", "partnerAccessToken", "integrationId", "connectedUserId", "updatedTimestamp"]) {
        exports[name] = found[name];
      }
      exports.lba = others.connectedLbaId;
    `;

    test("outputs every field, from the default account and from a named one", async () => {
      lab.program({}, getById("complete"));
      await lab.up();
      const { id, connected_user_id, updated_timestamp } = lab.emulator.integration("complete") ?? {};
      expect(lab.outputs()).toEqual({
        id: "complete",
        externalBusinessId: "complete",
        connectedMerchantId: "11",
        connectedTagId: "33",
        partnerAccessTokenExpiry: 1_900_000_000_000,
        integrationId: id,
        connectedUserId: connected_user_id,
        updatedTimestamp: updated_timestamp,
        lba: "lba1",
      });
    });

    test("reads a field that changed at Pinterest again, and does not report it as drift", async () => {
      lab.emulator.change("complete", { connected_tag_id: "34" });
      expect(await lab.previewExit("--refresh")).toBe(0);
      await lab.up();
      expect(lab.outputs()).toMatchObject({ connectedTagId: "34" });
    });

    test("a missing integration fails the preview with its external business ID", async () => {
      lab.program({}, getById("no-such-shop"));
      const { output } = await lab.fail("preview");
      expect(output).toMatch(
        new RegExp(`${reading("no-such-shop")} failed: ${responded(404, "\\d+")}.*${noSuchIntegration}`),
      );
    });

    test("an update without it and a destroy change nothing at Pinterest", async () => {
      const integrations = lab.emulator.integrations().length;
      lab.emulator.clearRequests();
      lab.program({});
      await lab.up();
      expect(lab.state()).toEqual({});
      lab.program({}, getById("complete"));
      await lab.up();
      await lab.succeed("destroy");
      expect(lab.resources()).toEqual([]);
      expect(lab.emulator.counters().writes).toBe(0);
      expect(lab.emulator.integrations()).toHaveLength(integrations);
    });
  });
});
