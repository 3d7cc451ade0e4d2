import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Provider, type ProviderArgs } from "../../provider";
import { withoutValue } from "../expected/messages";
import { type Run, secretOf, settled, startRun } from "./helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun();
});

test("registers a provider of the dynamic package with the configuration as properties", async () => {
  const provider = new Provider("shop-a", {
    accessToken: "pina_a",
    accounts: { b: "pina_b", c: pulumi.output("pina_c") },
    apiUrl: "http://127.0.0.1:1/v5",
    requestTimeout: 5,
    consistencyTimeout: pulumi.output(2),
  });
  expect(await run.registration(provider)).toMatchObject({
    type: "pulumi:providers:pulumi-nodejs",
    name: "shop-a",
  });
  expect((await run.registration(provider)).properties).toStrictEqual({
    "pinterest:accessToken": secretOf("pina_a"),
    "pinterest:accounts": secretOf('{"b":"pina_b","c":"pina_c"}'),
    "pinterest:apiUrl": "http://127.0.0.1:1/v5",
    "pinterest:requestTimeout": "5",
    "pinterest:consistencyTimeout": "2",
  });
});

test("accepts accounts with nested inputs, and a command as a list", async () => {
  const provider = new Provider("shop-a", {
    accounts: {
      b: { accessToken: pulumi.output("pina_b"), expiresAt: "2027-01-31" },
      c: pulumi.output({ refreshToken: "pinr_c", appId: "1" }),
    },
    appSecret: pulumi.output("s"),
    accountCommand: ["vault-tokens", pulumi.output("--json")],
  });
  expect((await run.registration(provider)).properties).toStrictEqual({
    "pinterest:accounts": secretOf(
      '{"b":{"accessToken":"pina_b","expiresAt":"2027-01-31"},"c":{"refreshToken":"pinr_c","appId":"1"}}',
    ),
    "pinterest:appSecret": secretOf("s"),
    "pinterest:accountCommand": '["vault-tokens","--json"]',
  });
});

test("reads omitted arguments from the stack's configuration, and secrets as secrets", async () => {
  const config = {
    "pinterest:accessToken": "pina_stack",
    "pinterest:accounts": '{"b":"pina_b"}',
    "pinterest:apiUrl": "http://127.0.0.1:2/v5",
    "pinterest:requestTimeout": "7",
    "other:accessToken": "pina_other",
  };
  run = await startRun({ config });
  const provider = new Provider("shop-a", { accessToken: "pina_a" });
  expect((await run.registration(provider)).properties).toStrictEqual({
    "pinterest:accessToken": secretOf("pina_a"),
    "pinterest:accounts": secretOf('{"b":"pina_b"}'),
    "pinterest:apiUrl": "http://127.0.0.1:2/v5",
    "pinterest:requestTimeout": "7",
  });
});

test("keeps tokens secret in the program", async () => {
  const provider = new Provider("shop-a", { accessToken: "pina_a", apiUrl: "http://127.0.0.1:1" });
  expect(await settled(provider.configuration)).toMatchObject({
    value: { accessToken: "pina_a", apiUrl: "http://127.0.0.1:1" },
    isSecret: true,
  });
});

test.each(["token", "constructor", "toString"])(
  "refuses an argument named %s, and lists the allowed ones",
  (name) => {
    const args = { [name]: "5ecret" } as ProviderArgs;
    expect(() => new Provider("shop-a", args)).toThrow(
      `pinterest.Provider 'shop-a': \`${name}\` is not an argument; use one of: accessToken, refreshToken, appId`,
    );
    expect(() => new Provider("shop-a", args)).not.toThrow(/5ecret/);
    expect(run.registrations).toEqual([]);
  },
);

const stackConfiguration = { "pinterest:accessToken": "pina_stack", "pinterest:accounts": '{"b":"pina_b"}' };

test.each<[ProviderArgs, string]>([
  [{ accessToken: undefined }, "`accessToken` is undefined"],
  [{ accessToken: null as never }, "`accessToken` is null"],
  [{ refreshToken: "" }, "`refreshToken` is an empty string"],
  [{ accountCommand: undefined }, "`accountCommand` is undefined"],
  [{ refreshToken: "pinr_a", appSecret: undefined }, "`appSecret` is undefined"],
  [{ accounts: { b: undefined as never } }, "`accounts.b` is undefined"],
])("refuses a credential without a value, instead of using the stack's: %j", async (args, problem) => {
  run = await startRun({ config: stackConfiguration });
  expect(() => new Provider("shop-a", args)).toThrow(
    `${withoutValue("shop-a", problem)} Set the value, and read it with ` +
      '`config.requireSecret("…")`, which fails if it is not set.',
  );
  expect(run.registrations).toEqual([]);
});

test("does not use the stack's access token if the provider has a refresh token", async () => {
  run = await startRun({ config: stackConfiguration });
  const provider = new Provider("shop-a", { refreshToken: "pinr_a" });
  expect((await run.registration(provider)).properties).toEqual({
    "pinterest:refreshToken": secretOf("pinr_a"),
    "pinterest:accounts": secretOf('{"b":"pina_b"}'),
  });
});
