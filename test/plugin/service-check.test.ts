import { describe, expect, test } from "@jest/globals";
import { logType } from "../../provider/run/constants";
import { urnOf } from "./helpers/plugin-service";
import { serviceStage } from "./helpers/service-stage";
import { secret, unknowns } from "./helpers/wire";

const stage = serviceStage();

describe("valid inputs", () => {
  test("are returned in canonical form, with secret fields as secrets, without a request", async () => {
    const news = {
      externalBusinessId: "shop",
      scopes: "b,a",
      partnerAccessToken: "hidden",
      connectedLbaId: null,
    };
    expect(await stage.service.check(news)).toEqual({
      inputs: { externalBusinessId: "shop", scopes: "a,b", partnerAccessToken: secret("hidden") },
      failures: [],
    });
    expect(stage.requests()).toEqual([]);
  });

  test("keep the program's secrets and unknown values", async () => {
    const { inputs, failures } = await stage.service.check({
      externalBusinessId: unknowns.string,
      connectedTagId: secret("1"),
      scopes: secret(unknowns.string),
    });
    expect(inputs).toEqual({
      externalBusinessId: unknowns.string,
      connectedTagId: secret("1"),
      scopes: secret(unknowns.string),
    });
    expect(failures).toEqual([]);
  });
});

describe("the provider's name", () => {
  test("is an input if it is explicit", async () => {
    await stage.service.configure(stage.configuration(), "shop-a");
    const { inputs } = await stage.service.check({ externalBusinessId: "shop" });
    expect(inputs).toEqual({ externalBusinessId: "shop", providerName: "shop-a" });
  });

  test.each(["default", "default_1_0_0", "default_1_0_0_https_/a", "default_https_/a"])(
    "is omitted for %s",
    async (name) => {
      await stage.service.configure(stage.configuration(), name);
      const { inputs } = await stage.service.check({ externalBusinessId: "shop" });
      expect(inputs).toEqual({ externalBusinessId: "shop" });
    },
  );

  test.each(["defaults", "default_eu", "default-eu"])(
    "can start like that of a default provider: %s",
    async (name) => {
      await stage.service.configure(stage.configuration(), name);
      expect((await stage.service.check({ externalBusinessId: "shop" })).inputs.providerName).toBe(name);
    },
  );
});

describe("invalid inputs", () => {
  test("are refused with a reason that names the property without its value", async () => {
    const { failures } = await stage.service.check({
      externalBusinessId: "shop",
      partnerAccessTokenExpiry: "5ecret",
      connectedTag: "5ecret",
    });
    expect(failures.map(({ property }) => property)).toEqual(["", ""]);
    const reasons = failures.map(({ reason }) => reason).join("\n");
    expect(reasons).toContain("`partnerAccessTokenExpiry`");
    expect(reasons).toContain("`connectedTag`");
    expect(JSON.stringify(failures)).not.toContain("5ecret");
  });

  test("of a log entry are refused too", async () => {
    const { failures } = await stage.service.check(
      { eventType: "5ecret", logLevel: "INFO" },
      { type: logType },
    );
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("`eventType`") }]);
    expect(JSON.stringify(failures)).not.toContain("5ecret");
  });
});

describe("an integration that is declared twice", () => {
  const declare = (name: string, more: object = {}) =>
    stage.service.check({ externalBusinessId: "shop", ...more }, { urn: urnOf(name) });

  test("is refused the second time, with the name of the first", async () => {
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("second")).failures).toEqual([
      { property: "", reason: expect.stringContaining("'first' already declares the integration 'shop'") },
    ]);
  });

  test("is accepted in two accounts", async () => {
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("second", { account: "named" })).failures).toEqual([]);
  });

  test("is accepted if the first inputs were invalid", async () => {
    await declare("first", { connectedTag: "1" });
    expect((await declare("second")).failures).toEqual([]);
  });
});

describe("a token that is missing", () => {
  test("causes one warning next to the resource", async () => {
    await stage.service.configure({ apiUrl: stage.emulator.url });
    await stage.service.check({ externalBusinessId: "a" }, { urn: urnOf("a") });
    await stage.service.check({ externalBusinessId: "b" }, { urn: urnOf("b") });
    expect(stage.service.printed).toEqual([
      { urn: urnOf("a"), message: expect.stringMatching(/^warning: no access token/) },
    ]);
  });

  test("causes no warning while the account is unknown", async () => {
    await stage.service.configure({ apiUrl: stage.emulator.url });
    await stage.service.check({ externalBusinessId: "a", account: unknowns.string });
    expect(stage.service.printed).toEqual([]);
  });
});
