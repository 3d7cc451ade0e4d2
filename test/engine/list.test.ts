import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ accounts: 3 });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: lab.emulator.token("shop-3") });
  lab.emulator.seed(600, {
    fields: (number) => ({
      connected_merchant_id: `m${number % 3}`,
      connected_tag_id: `t${number % 100}`,
      partner_access_token: `partner-token-${number}`,
    }),
  });
  lab.emulator.seed(2, { prefix: "of-shop-2-", account: "shop-2" });
  lab.emulator.seed(3, { prefix: "of-shop-3-", account: "shop-3" });
});

afterAll(() => lab.close());

async function outputs(...options: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await lab.succeed("stack", "output", "--json", ...options)).stdout);
}

test("a program lists all pages, filtered and capped, of whichever account it says", async () => {
  lab.program(
    {},
    `
    const shop2 = new pinterest.Provider("shop-2", { accessToken: "${lab.emulator.token("shop-2")}" });
    class Group extends pulumi.ComponentResource {
      constructor(opts) { super("lab:index:Group", "group", {}, opts); }
    }
    const group = new Group({ providers: [shop2] });
    const ids = (result) => result.integrations.map((item) => item.externalBusinessId);
    module.exports = async () => {
      const all = await pinterest.getIntegrations();
      return {
        all: all.integrations.length,
        different: new Set(ids(all)).size,
        truncated: all.truncated,
        filtered: ids(await pinterest.getIntegrations({ connectedMerchantId: "m1", connectedTagId: "t7" })),
        prefixed: ids(await pinterest.getIntegrations({ externalBusinessIdPrefix: "seed-59" })).length,
        capped: await pinterest.getIntegrations({ maxItems: 2, pageSize: 10 }).then((found) => [ids(found), found.truncated]),
        named: ids(await pinterest.getIntegrations({ account: "named" })).length,
        provided: ids(await pinterest.getIntegrations({}, { provider: shop2 })),
        inherited: ids(await pinterest.getIntegrations({}, { parent: group })),
        output: pinterest.getIntegrationsOutput({ connectedTagId: pulumi.output("t7") }).integrations.length,
        outputProvided: pinterest.getIntegrationsOutput({}, { provider: shop2 }).integrations.length,
        shownKeys: Object.keys(all.integrations[0]).sort(),
      };
    };`,
  );
  await lab.up();
  expect(await outputs()).toEqual({
    all: 600,
    different: 600,
    truncated: false,
    filtered: ["seed-307", "seed-7"],
    prefixed: 11,
    capped: [["seed-1", "seed-2"], true],
    named: 3,
    provided: ["of-shop-2-1", "of-shop-2-2"],
    inherited: ["of-shop-2-1", "of-shop-2-2"],
    output: 6,
    outputProvided: 2,
    shownKeys: [
      "connectedMerchantId",
      "connectedTagId",
      "connectedUserId",
      "createdTimestamp",
      "externalBusinessId",
      "integrationId",
      "updatedTimestamp",
    ],
  });
});

test("dependsOn has it run after a resource; secrets come on request only, and as secrets", async () => {
  lab.program(
    { made: { externalBusinessId: "made", account: "named", partnerAccessToken: "partner-token-made" } },
    `
    const made = Promise.resolve().then(() => resources.made);
    const args = { account: "named", externalBusinessIdPrefix: "made" };
    exports.plain = pinterest.getIntegrationsOutput(args, { dependsOn: made }).integrations;
    exports.secret = pinterest.getIntegrationsOutput({ ...args, includeSecrets: true }, { dependsOn: made }).integrations;
    `,
  );
  await lab.up();
  expect(await outputs()).toMatchObject({ plain: [{ externalBusinessId: "made" }], secret: "[secret]" });
  expect(await outputs("--show-secrets")).toMatchObject({
    secret: [{ externalBusinessId: "made", partnerAccessToken: "partner-token-made" }],
  });
  expect(JSON.stringify((await outputs("--show-secrets")).plain)).not.toContain("partner-token");
});
