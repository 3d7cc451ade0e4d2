import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Declarations, js } from "../engine/helpers/program";
import { alreadyDeclares, inSeconds, withoutValue } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";
import { secret, unknown } from "../fake-engine/values";

const invalidValues = {
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

describe.each(providerTypes)("%s", (providerType) => {
  describe("invalid arguments", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
    });

    afterAll(() => lab.close());

    /** Runs a preview that must fail without a request, and returns its output. */
    async function refusal(declarations: Declarations): Promise<string> {
      lab.program(declarations);
      const { output } = await lab.fail("preview");
      expect(lab.emulator.requests()).toEqual([]);
      return output;
    }

    test("are all reported in one run, by property, with the allowed values and without the invalid ones", async () => {
      const output = await refusal({ shop: invalidValues });
      for (const property of Object.keys(invalidValues)) {
        expect(output).toContain(`\`${property}\` `);
      }
      expect(output).toContain(
        "`connectedMerchantId` must be an ID as a string, but is a number. Write it in quotes",
      );
      expect(output).toContain(`2030-01-01T00:00:00Z"), ${inSeconds}`);
      expect(output).toContain("`connectedTagId` must be an ID as a string, but is an empty string");
      expect(output).toContain("`partnerRefreshTokenExpiry` must be a time in whole milliseconds");
      expect(output).toContain('must be "clear" or "release"');
      expect(output).not.toMatch(/secret[- ](lba|no|token|choice)|987654321987654|1893456123|yes-please/);
    });

    test.each([
      ["strings", "same", "same"],
      ["outputs", js('pulumi.output("same")'), js('pulumi.secret("same")')],
    ])("include the external business ID of another resource: %s", async (_, first, second) => {
      const output = await refusal({
        one: { externalBusinessId: first },
        other: { externalBusinessId: second },
      });
      expect(output).toContain(`CommerceIntegration 'other': ${alreadyDeclares("one", "same")}`);
    });

    test("include a duplicate ID that is unknown until the update, and at most one integration is created", async () => {
      const id = js("resources.first.integrationId");
      const first = { externalBusinessId: "first" };
      lab.program({ first, one: { externalBusinessId: id }, other: { externalBusinessId: id } });
      const { output } = await lab.upFails();
      const integrationId = lab.emulator.integration("first")?.id;
      expect(output).toContain(alreadyDeclares("one", `${integrationId}`));
      expect(lab.writes().filter((write) => write !== "POST first").length).toBeLessThanOrEqual(1);
    });
  });

  test.each([
    ["accessToken: process.env.SOUTH_TOKEN", "`accessToken` is undefined"],
    ["accessToken: pulumi.output(process.env.SOUTH_TOKEN)", "`accessToken` is undefined"],
    ['refreshToken: pulumi.secret("")', "`refreshToken` is an empty string"],
    ["accounts: { south: pulumi.output(undefined) }", "`accounts.south` is undefined"],
    ["accounts: pulumi.output({ south: null })", "`accounts.south` is null"],
  ])("a credential of a provider without a value is refused before a request: %s", async (args, problem) => {
    const lab = await Lab.open({ providerType });
    lab.program(
      { shop: { args: { externalBusinessId: "shop" }, options: "{ provider }" } },
      `const provider = new pinterest.Provider("south", { ${args} });`,
    );
    const { output } = await lab.fail("up");
    expect(output).toContain(withoutValue("south", problem));
    expect(lab.emulator.requests()).toEqual([]);
    await lab.close();
  });

  describe("arguments that are outputs of another resource", () => {
    let lab: Lab;
    const id = js("resources.first.integrationId");

    /** Declares every argument with a value that is unknown until the first integration exists. */
    function declare(firstTag: string): void {
      lab.program({
        first: { externalBusinessId: "first", connectedTagId: firstTag },
        byIntegrationId: { externalBusinessId: id, connectedTagId: "33" },
        everywhere: {
          externalBusinessId: "everywhere",
          connectedMerchantId: id,
          additionalId1: js("pulumi.concat('shop ', resources.first.integrationId)"),
          partnerAccessToken: js("pulumi.secret(resources.first.integrationId)"),
          partnerAccessTokenExpiry: js("resources.first.createdTimestamp.apply((time) => time + 86400000)"),
          scopes: ["ads:read", id],
          partnerMetadata: { plan: "p", nested: { id }, list: ["first", { id }] },
          adopt: js("resources.first.integrationId.apply((id) => id === undefined)"),
        },
      });
    }

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
      declare("33");
    });

    afterAll(() => lab.close());

    test("are unknown in a preview, at any depth, and it makes no request", async () => {
      const steps = await lab.steps();
      const inputsOf = (name: string) => steps.find((step) => step.name === name)?.inputs;
      expect(inputsOf("byIntegrationId")).toMatchObject({
        externalBusinessId: unknown,
        connectedTagId: "33",
      });
      // A list or document with an unknown part is unknown as a whole.
      const { __provider, ...inputs } = inputsOf("everywhere") ?? {};
      expect(inputs).toEqual({
        externalBusinessId: "everywhere",
        connectedMerchantId: unknown,
        additionalId1: unknown,
        partnerAccessToken: secret(unknown),
        partnerAccessTokenExpiry: unknown,
        scopes: unknown,
        partnerMetadata: unknown,
        adopt: unknown,
      });
      expect(lab.emulator.requests()).toEqual([]);
    });

    test("are resolved by the update, and a refreshed preview is empty afterwards", async () => {
      await lab.up();
      const first = lab.emulator.integration("first");
      const firstId = first?.id ?? "";
      expect(lab.emulator.integration(firstId)).toMatchObject({ connected_tag_id: "33" });
      expect(lab.emulator.integration("everywhere")).toMatchObject({
        connected_merchant_id: firstId,
        additional_id_1: `shop ${firstId}`,
        partner_access_token: firstId,
        partner_access_token_expiry: (first?.created_timestamp ?? 0) + 86400000,
        scopes: `${firstId},ads:read`,
        partner_metadata: `{"list":["first",{"id":"${firstId}"}],"nested":{"id":"${firstId}"},"plan":"p"}`,
      });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("do not change if an update of the other resource does not change its outputs", async () => {
      declare("34");
      expect(await lab.steps()).toContainEqual(expect.objectContaining({ op: "update", name: "first" }));
      lab.emulator.clearRequests();
      await lab.up();
      expect(lab.writes()).toEqual(["PATCH first"]);
      expect(await lab.previewExit()).toBe(0);
    });
  });
});
