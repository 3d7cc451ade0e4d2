import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { packageVersion } from "../../provider/base/own-package";
import { integrationType, packageName } from "../../provider/run/constants";
import { unknownName } from "../expected/messages";
import { PluginService } from "./helpers/plugin-service";
import { secret } from "./helpers/wire";

let service: PluginService;

beforeEach(async () => {
  service = await PluginService.start();
});
afterEach(() => service.stop());

describe("the first calls", () => {
  test("accept secrets, and attach to the engine's address", async () => {
    const request = new messages.ProviderHandshakeRequest();
    request.setEngineAddress("127.0.0.1:1");
    const response = await service.call<messages.ProviderHandshakeResponse>((client, done) =>
      client.handshake(request, done),
    );
    expect(response.getAcceptSecrets()).toBe(true);
    expect(response.getAcceptResources()).toBe(false);
    expect(response.getAcceptOutputs()).toBe(false);
    expect(service.events).toEqual(["attached to 127.0.0.1:1"]);
  });

  test("return the package's schema with its version", async () => {
    const response = await service.call<messages.GetSchemaResponse>((client, done) =>
      client.getSchema(new messages.GetSchemaRequest(), done),
    );
    const schema = JSON.parse(response.getSchema());
    expect(schema).toMatchObject({ name: packageName, version: packageVersion() });
    expect(schema.resources).toHaveProperty([integrationType]);
  });
});

describe("a configuration", () => {
  test("is accepted if it is valid, with secrets as secrets", async () => {
    const news = { accessToken: "pina_1", requestTimeout: 30, version: "1.0.0", __internal: {} };
    expect(await service.checkConfig(news)).toEqual({
      inputs: { ...news, accessToken: secret("pina_1") },
      failures: [],
    });
  });

  test("with a secret that the SDK for Java has encoded as JSON is accepted, and the secret decoded", async () => {
    const accounts = { north: secret("pina_north"), south: "pina_south" };
    for (const value of [secret(accounts), accounts])
      expect(await service.checkConfig({ accounts: JSON.stringify(value) })).toEqual({
        inputs: { accounts: secret('{"north":"pina_north","south":"pina_south"}') },
        failures: [],
      });
  });

  test("with an empty credential is refused for an explicit provider only", async () => {
    const news = { accessToken: secret(""), accountCommand: '""', appId: "" };
    expect((await service.checkConfig(news)).failures).toEqual([]);
    const urn = "urn:pulumi:s::p::pulumi:providers:pinterest::south";
    const reason = (key: string) =>
      expect.stringMatching(
        new RegExp(`^\`${key}\` .* To use the credentials of the environment, omit the argument$`),
      );
    expect((await service.checkConfig(news, urn)).failures).toEqual([
      { property: "", reason: reason("accessToken") },
      { property: "", reason: reason("accountCommand") },
    ]);
  });

  test("with an unknown key is refused with a reason that names the key", async () => {
    const { failures } = await service.checkConfig({ acessToken: secret("pina_hidden") });
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringContaining(
          `\`acessToken\` ${unknownName("key of the configuration", "accessToken")}`,
        ),
      },
    ]);
    expect(JSON.stringify(failures)).not.toContain("pina_hidden");
  });
});

test("an invalid configuration is accepted, because a refresh can have that of the last update; the operations fail", async () => {
  await service.configure({ requestTimeout: "soon" });
  const { failures } = await service.check({ externalBusinessId: "a" });
  expect(failures).toEqual([
    expect.objectContaining({ reason: expect.stringContaining("`pinterest:requestTimeout`") }),
  ]);
});

describe("differences between configurations", () => {
  const changes = async (olds: object, news: object) => {
    const response = await service.diffConfig({ ...olds }, { ...news });
    return { diffs: response.getDiffsList(), replaces: response.getReplacesList() };
  };

  test("ignore the namespace in the keys of a dynamic provider", async () => {
    const response = await service.diffConfig(
      { "pinterest:accessToken": secret("pina_1"), "pinterest:apiUrl": "https://a.example/v5" },
      { accessToken: secret("pina_1"), apiUrl: "https://a.example/v5", version: "1.0.0" },
    );
    expect(response.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_NONE);
  });

  test("name the changed keys, and force no replacement", async () => {
    expect(await changes({ accessToken: "a", appId: "1" }, { accessToken: "b", appSecret: "2" })).toEqual({
      diffs: ["accessToken", "appId", "appSecret"],
      replaces: [],
    });
  });
});
