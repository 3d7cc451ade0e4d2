import { expect, test } from "@jest/globals";
import { checkConfiguration } from "../../../cli/doctor/configuration";
import { defaultAttempts } from "../../expected/limits";
import { misplacedKey, moveKey, wholeNumber } from "../../expected/messages";
import { problemsIn, summaryOf } from "./helpers/checked-accounts";

const secret = (value: string) => ({ value, secret: true });
const plain = (value: string) => ({ value, secret: false });
const check = checkConfiguration;

test("reports the sources of a valid configuration without its values", () => {
  const entries = { "pinterest:accessToken": secret("pina_a"), "other:key": plain("x") };
  const { checks, validAddress } = check(entries, { PINTEREST_MAX_ATTEMPTS: "2" });
  expect(checks.map(summaryOf)).toEqual([
    "- configuration ok: pinterest:accessToken in the stack's configuration; PINTEREST_MAX_ATTEMPTS in the environment",
  ]);
  expect(validAddress).toBe(true);
});

test("reports every invalid key, and uses the others", () => {
  const { checks, configuration, validAddress } = check(
    {
      "pinterest:accessToken": secret("pina_a"),
      "pinterest:accounts": secret('{"north": "pina_b",}'),
      "pinterest:refreshToken": secret("pinr_c"),
      "pinterest:maxAttempts": plain("many"),
      "pinterest:apiUrl": plain("http://pinterest.example/v5"),
    },
    { PINTEREST_DELETE_LIMIT: "-1", PINTEREST_REQUESTS_PER_MINUTE: "30" },
  );
  expect(problemsIn(checks)).toEqual([
    expect.stringMatching(/^- configuration error: `pinterest:apiUrl` \(PINTEREST_API_URL\) must use https/),
    `- configuration error: \`pinterest:maxAttempts\` (PINTEREST_MAX_ATTEMPTS) ${wholeNumber(1, 100)} (from the stack's configuration)`,
    `- configuration error: \`pinterest:deleteLimit\` (PINTEREST_DELETE_LIMIT) ${wholeNumber(0, 1_000_000)} (from the environment)`,
    expect.stringMatching(
      /^- configuration error: `pinterest:refreshToken` .* needs the app that it was issued to/,
    ),
    expect.stringMatching(
      /^- configuration error: `pinterest:accounts` \(PINTEREST_ACCOUNTS\) is not valid JSON: see line 1, column 20 \(from the stack's configuration\)$/,
    ),
    "- overridden warning: `pinterest:refreshToken` is not used, because the access token in `pinterest:accessToken` takes precedence. When it expires, the provider does not renew it",
  ]);
  for (const { remedy } of checks.slice(0, 5)) expect(remedy).toMatch(/^(Set|Correct) .*\.$/);
  expect(JSON.stringify(checks)).not.toMatch(/pin[ar]_[abc]/);
  expect(validAddress).toBe(false);
  expect(configuration).toMatchObject({
    accessToken: "pina_a",
    requestsPerMinute: 30,
    maxAttempts: defaultAttempts,
  });
  expect(configuration.accounts.size).toBe(0);
});

test("warns about secrets in plaintext only", () => {
  const { checks } = check(
    {
      "pinterest:accessToken": plain("pina_a"),
      "pinterest:appSecret": secret("s"),
      "pinterest:apiUrl": plain("https://api.pinterest.com/v5"),
    },
    {},
    { onStack: " --cwd shops --stack prod" },
  );
  // The first check lists the sources.
  expect(checks.slice(1)).toEqual([
    {
      id: "plain-text",
      group: "configuration",
      status: "warning",
      found: "`pinterest:accessToken` is in plaintext in the stack's configuration",
      remedy:
        "Set it again with `pulumi config set --secret pinterest:accessToken --cwd shops --stack prod`, and renew the token.",
    },
  ]);
});

test("reports unknown keys and variables, with a suggestion, but none of other programs or namespaces", () => {
  const { checks } = check(
    {
      "pinterest:acessToken": secret("pina_a"),
      "pinterest:colour": plain("red"),
      "other:acessToken": plain("x"),
    },
    {
      PINTEREST_ACCES_TOKEN: "pina_b",
      PINTEREST_DEBUG: "1",
      PINTEREST_TEAM_CHANNEL: "x",
      PINTEREST_API_URL: "",
    },
    { onStack: " --stack dev" },
  );
  expect(checks.slice(1).map(({ found, remedy }) => [found, remedy])).toEqual([
    [
      "`pinterest:acessToken` is not a valid key: nothing reads it",
      "Did you mean `pinterest:accessToken`? To remove it, run `pulumi config rm pinterest:acessToken --stack dev`.",
    ],
    [
      "`pinterest:colour` is not a valid key: nothing reads it",
      "To remove it, run `pulumi config rm pinterest:colour --stack dev`.",
    ],
    ["PINTEREST_ACCES_TOKEN is set, but nothing reads it", "Did you mean PINTEREST_ACCESS_TOKEN?"],
  ]);
});

test("warns about credentials under the project's namespace, unless the provider has credentials", () => {
  const entries = { "mist:accessToken": secret("pina_a"), "mist:apiUrl": plain("https://mist.example") };
  const unknownKeys = (added: object, environment = {}) =>
    check({ ...entries, ...added }, environment, { project: "mist", onStack: " --stack dev" })
      .checks.filter(({ id }) => id === "unknown-key")
      .map(({ status, found, remedy }) => [status, found, remedy]);
  expect(unknownKeys({})).toEqual([
    [
      "warning",
      misplacedKey("mist", "accessToken"),
      `${moveKey("mist", "accessToken", "--secret ", " --stack dev")}.`,
    ],
  ]);
  expect(unknownKeys({ "pinterest:refreshToken": secret("pinr_a") })).toEqual([]);
  expect(unknownKeys({}, { PINTEREST_ACCOUNTS: "{}" })).toEqual([]);
});

test.each([
  [
    "dynamic provider, only probable misspellings",
    false,
    [["warning", "`pinterest:acessToken` is not a valid key: nothing reads it"]],
  ],
  [
    "plugin, all unknown keys",
    true,
    [
      ["error", "`pinterest:acessToken` is not a valid key: the provider plugin refuses it"],
      ["error", "`pinterest:colour` is not a valid key: the provider plugin refuses it"],
    ],
  ],
])("reports, for a project with the namespace's name and the %s", (_what, usesPlugin, expected) => {
  const entries = { "pinterest:acessToken": secret("pina_a"), "pinterest:colour": plain("red") };
  const { checks } = check(entries, {}, { usesPlugin, project: "pinterest" });
  const unknown = checks.filter(({ id }) => id === "unknown-key");
  expect(unknown.map(({ status, found }) => [status, found])).toEqual(expected);
});

test("does not warn about a variable that equals the stack's value, or that takes precedence over it", () => {
  const { checks } = check(
    { "pinterest:apiUrl": plain("https://api.pinterest.com/v5"), "pinterest:whenUnreachable": plain("fail") },
    { PINTEREST_API_URL: "https://api.pinterest.com/v5", PINTEREST_WHEN_UNREACHABLE: "keep" },
  );
  expect(problemsIn(checks)).toEqual([]);
});

test.each([
  [
    "an access token in the environment, with one in the stack",
    { PINTEREST_ACCESS_TOKEN: "pina_b" },
    { "pinterest:accessToken": secret("pina_a") },
    "PINTEREST_ACCESS_TOKEN is not used, because the stack's `pinterest:accessToken` overrides it",
    "Unset the variable, or remove the key with `pulumi config rm pinterest:accessToken --stack prod`.",
  ],
  [
    "a refresh token, with an access token, both in the environment",
    { PINTEREST_ACCESS_TOKEN: "pina_a", PINTEREST_REFRESH_TOKEN: "pinr_r" },
    {},
    "PINTEREST_REFRESH_TOKEN is not used, because the access token in PINTEREST_ACCESS_TOKEN takes precedence. When it expires, the provider does not renew it",
    "To use the refresh token, remove the access token with `unset PINTEREST_ACCESS_TOKEN`.",
  ],
  [
    "a refresh token, with an access token, both in the stack",
    {},
    { "pinterest:refreshToken": secret("pinr_r"), "pinterest:accessToken": secret("pina_a") },
    "`pinterest:refreshToken` is not used, because the access token in `pinterest:accessToken` takes precedence. When it expires, the provider does not renew it",
    "To use the refresh token, remove the access token with `pulumi config rm pinterest:accessToken --stack prod`.",
  ],
  [
    "an access token in the environment, with a refresh token in the stack",
    { PINTEREST_ACCESS_TOKEN: "pina_a" },
    { "pinterest:refreshToken": secret("pinr_r") },
    "PINTEREST_ACCESS_TOKEN is not used, because the stack's `pinterest:refreshToken` overrides it",
    "Unset the variable, or remove the key with `pulumi config rm pinterest:refreshToken --stack prod`.",
  ],
])("reports which token is not used: %s", (_what, tokens, entries, found, remedy) => {
  const environment = { PINTEREST_APP_ID: "1", PINTEREST_APP_SECRET: "s3cret", ...tokens };
  const { checks } = check(entries, environment, { onStack: " --stack prod" });
  expect(checks.filter(({ id }) => id === "overridden")).toEqual([
    expect.objectContaining({ status: "warning", found, remedy }),
  ]);
});
