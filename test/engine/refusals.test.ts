import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { type Declarations, js } from "./helpers/program";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

/** What a refused preview prints. That it is refused, asks Pinterest nothing and keeps nothing is checked here. */
async function refusal(declarations: Declarations, before?: string): Promise<string> {
  lab.program(declarations, before);
  const { output } = await lab.fail("preview");
  expect(lab.emulator.requests()).toEqual([]);
  return output;
}

const values = {
  externalBusinessId: "",
  connectedMerchantId: 987654321987654,
  connectedTagId: "",
  connectedLbaId: js('pulumi.secret(" secret-lba")'),
  partnerPrimaryEmail: "secret-no-address",
  partnerAccessToken: "secret token",
  partnerAccessTokenExpiry: 1893456123,
  partnerRefreshTokenExpiry: 0,
  whenRemoved: js('pulumi.secret("secret-choice")'),
  adopt: "yes-please",
};

test("names every invalid value's property at once, says what is allowed, and shows no value", async () => {
  const output = await refusal({ shop: values });
  for (const property of Object.keys(values)) {
    expect(output).toContain(`\`${property}\` `);
  }
  expect(output).toContain(
    "`connectedMerchantId` is a number; allowed is the id as text: write it in quotes",
  );
  expect(output).toContain("`partnerAccessTokenExpiry` looks like seconds");
  expect(output).toContain("`connectedTagId` is an empty text");
  expect(output).toContain("`partnerRefreshTokenExpiry` is 0");
  expect(output).toContain('allowed is "clear" or "release"');
  expect(output).not.toMatch(/secret[- ](lba|no|token|choice)|987654321987654|1893456123|yes-please/);
});

test("names a misspelt argument with the nearest right one, computed properties, and the import option", async () => {
  const output = await refusal({
    shop: {
      args: { externalBusinessId: "shop", conectedTagID: "33", integrationId: "1", updatedTimestamp: 1 },
    },
  });
  expect(output).toContain("CommerceIntegration 'shop': `conectedTagID` is no argument");
  expect(output).toContain("did you mean `connectedTagId`?");
  expect(output).toContain("`integrationId` is set by Pinterest and cannot be given");
  expect(output).toContain("`updatedTimestamp` is set by Pinterest and cannot be given");
});

test("names a missing id, however many resources lack it", async () => {
  const output = await refusal({ one: { connectedTagId: "33" }, other: { connectedTagId: "33" } });
  expect(output).toContain("`externalBusinessId` is missing");
  expect(output).not.toContain("declares");
});

test.each([
  ["texts", "same", "same"],
  ["outputs", js('pulumi.output("same")'), js('pulumi.secret("same")')],
])("refuses two resources with the same external id: %s", async (_, first, second) => {
  const output = await refusal({ one: { externalBusinessId: first }, other: { externalBusinessId: second } });
  expect(output).toContain("CommerceIntegration 'other': 'one' declares the integration 'same' already");
});

test("refuses it in the update where the id is not known before, and makes one integration", async () => {
  const id = js("resources.first.integrationId");
  const first = { externalBusinessId: "first" };
  lab.program({ first, one: { externalBusinessId: id }, other: { externalBusinessId: id } });
  const { output } = await lab.upFails();
  const number = lab.emulator.integration("first")?.id;
  expect(output).toContain(`'one' declares the integration '${number}' already`);
  expect(lab.writes().filter((write) => write !== "POST first").length).toBeLessThanOrEqual(1);
});

test("allows the same external id under different accounts and providers", async () => {
  lab.program(
    {
      plain: { externalBusinessId: "same" },
      named: { externalBusinessId: "same", account: "a" },
      otherNamed: { externalBusinessId: "same", account: "b" },
      explicit: { args: { externalBusinessId: "same" }, options: "{ provider }" },
    },
    'const provider = new pinterest.Provider("shop-a", { accessToken: "pina_shop_a" });',
  );
  const created = (await lab.steps()).filter(({ op }) => op === "create").map(({ name }) => name);
  expect(created.sort()).toEqual(["explicit", "named", "otherNamed", "plain"]);
});
