import { describe, expect, test } from "@jest/globals";
import { logType } from "../../provider/plugin/tokens";
import { urnOf } from "./helpers/plugin-service";
import { serviceStage } from "./helpers/service-stage";
import { secret, unknowns } from "./helpers/wire";

const stage = serviceStage();

describe("inputs that pass", () => {
  test("come back in their canonical form, secret fields as secrets, without a request", async () => {
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

  test("keep what the program has made a secret, and what is not known", async () => {
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
  test("is an input, where it is an explicit one", async () => {
    await stage.service.configure(stage.configuration(), "shop-a");
    const { inputs } = await stage.service.check({ externalBusinessId: "shop" });
    expect(inputs).toEqual({ externalBusinessId: "shop", providerName: "shop-a" });
  });

  test.each(["default", "default_1_0_0", "default_1_0_0_https_/a"])("is none for %s", async (name) => {
    await stage.service.configure(stage.configuration(), name);
    const { inputs } = await stage.service.check({ externalBusinessId: "shop" });
    expect(inputs).toEqual({ externalBusinessId: "shop" });
  });

  test("may begin like that of a default one", async () => {
    await stage.service.configure(stage.configuration(), "defaults");
    expect((await stage.service.check({ externalBusinessId: "shop" })).inputs.providerName).toBe("defaults");
  });
});

describe("inputs that do not pass", () => {
  test("are refused for a reason that names the property and shows no value; the failure itself names none", async () => {
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

  test("of a log entry are refused alike", async () => {
    const { failures } = await stage.service.check(
      { eventType: "5ecret", logLevel: "INFO" },
      { type: logType },
    );
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("`eventType`") }]);
    expect(JSON.stringify(failures)).not.toContain("5ecret");
  });
});

describe("one integration declared twice", () => {
  const declare = (name: string, more: object = {}) =>
    stage.service.check({ externalBusinessId: "shop", ...more }, { urn: urnOf(name) });

  test("is refused the second time, by the name of the first", async () => {
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("second")).failures).toEqual([
      { property: "", reason: expect.stringContaining("'first' declares the integration 'shop' already") },
    ]);
  });

  test("in two accounts is two integrations", async () => {
    expect((await declare("first")).failures).toEqual([]);
    expect((await declare("second", { account: "named" })).failures).toEqual([]);
  });

  test("counts only where its inputs pass", async () => {
    await declare("first", { connectedTag: "1" });
    expect((await declare("second")).failures).toEqual([]);
  });
});

describe("a token that an update would lack", () => {
  test("is warned of beside the resource, once", async () => {
    await stage.service.configure({ apiUrl: stage.emulator.url });
    await stage.service.check({ externalBusinessId: "a" }, { urn: urnOf("a") });
    await stage.service.check({ externalBusinessId: "b" }, { urn: urnOf("b") });
    expect(stage.service.said).toEqual([
      { severity: "warning", urn: urnOf("a"), message: expect.stringContaining("no access token") },
    ]);
  });

  test("is not asked for while the account is not known", async () => {
    await stage.service.configure({ apiUrl: stage.emulator.url });
    await stage.service.check({ externalBusinessId: "a", account: unknowns.string });
    expect(stage.service.said).toEqual([]);
  });
});
