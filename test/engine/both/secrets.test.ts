import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { echoFailures } from "../helpers/echo";
import { labOfFile, type Run } from "../helpers/lab";
import { type Leak, leaksIn, leaksInFiles } from "../helpers/leaks";
import { js } from "../helpers/program";
import { propertyNameOf } from "../helpers/provider-type";
import { type SecretArguments, secretArguments, secretText } from "../helpers/secret-args";

// The engine encrypts properties that are marked as secrets, and the provider types mark them in different ways. The tests depend on each other.

const first = ["default", "named", "explicit"].map((name) => secretArguments(`shop-${name}`, 1));
const second = ["default", "named", "explicit"].map((name) => secretArguments(`shop-${name}`, 2));
/** Pinterest's values after a change outside of the program. */
const valuesAtPinterest = {
  partner_access_token: secretText("their-access"),
  partner_refresh_token: secretText("their-refresh"),
  partner_primary_email: `${secretText("their-mail")}@shop.example`,
};
const logged = { message: secretText("log-message"), cause: secretText("log-cause") };
const removed = { token: secretText("removed-access"), additional: secretText("removed-additional") };
const released = secretText("released");
const becomesSecret = "1949483000001";

const wrapped = (value: string) => js(`pulumi.secret(${JSON.stringify(value)})`);

/** The arguments of three more resources, in the three programs that the tests run one after the other. */
const otherArguments = {
  created: {
    removed: { partnerAccessToken: removed.token, additionalId1: wrapped(removed.additional) },
    released: { additionalId1: wrapped(released) },
    turned: { connectedMerchantId: "1949483000000" },
  },
  /** Clears the secrets of `removed`, leaves that of `released` at Pinterest, and gives `turned` a secret. */
  changed: {
    removed: {},
    released: { whenRemoved: "release" },
    turned: { connectedMerchantId: wrapped(becomesSecret) },
  },
  /** Leaves the secrets of `removed` at Pinterest, too. */
  restored: {
    removed: { whenRemoved: "release" },
    released: { whenRemoved: "release" },
    turned: { connectedMerchantId: wrapped(becomesSecret) },
  },
} as const;

const lab = labOfFile({ switches: { clearByNull: "ignored" } });
let secrets: string[];

function declare(
  [defaultArgs, ofNamed, ofExplicit]: readonly SecretArguments[],
  others: Record<"removed" | "released" | "turned", object>,
): void {
  const before = `
    const explicit = new pinterest.Provider("explicit", { accessToken: ${JSON.stringify(lab.emulator.token("explicit"))} });
    new pinterest.IntegrationLog("note", {
      eventType: "APP",
      logLevel: "INFO",
      message: pulumi.secret(${JSON.stringify(logged.message)}),
      error: { name: "E", cause: pulumi.secret(${JSON.stringify(logged.cause)}) },
    });
    const later = Promise.resolve().then(() => resources);
    exports.one = later.then((all) => all.ofDefault.partnerAccessToken);
    exports.some = later.then((all) => ({ nested: [all.ofNamed.connectedTagId, all.ofNamed.partnerMetadata] }));
    exports.whole = later.then((all) => all.ofExplicit);
    exports.listed = pinterest.getIntegrationsOutput({ includeSecrets: true }, { dependsOn: later.then((all) => all.ofDefault) });
    exports.found = pinterest.getIntegrationOutput({
      integrationId: later.then((all) => all.ofDefault.integrationId),
      includeSecrets: true,
    });
  `;
  lab.program(
    {
      ofDefault: defaultArgs?.args ?? {},
      ofNamed: { ...ofNamed?.args, account: "named" },
      ofExplicit: { args: ofExplicit?.args ?? {}, options: "{ provider: explicit }" },
      removed: { externalBusinessId: "shop-removed", ...others.removed },
      released: { externalBusinessId: "shop-released", connectedTagId: "1", ...others.released },
      turned: { externalBusinessId: "shop-turned", ...others.turned },
    },
    before,
  );
}

/** Returns leaks in the output, the backend, the settings and the debug log. */
function leaks(): Leak[] {
  return [
    ...leaksIn("console", withoutSdkTraces(lab.transcript), secrets),
    ...leaksInFiles(join(lab.directory, "backend"), secrets),
    ...leaksInFiles(join(lab.directory, "Pulumi.test.yaml"), secrets),
    ...leaksInFiles(join(lab.directory, "debug.log"), secrets),
  ];
}

/** Removes the traces of Pulumi's SDK: `--json` streams each registration and call of any provider as a debug event. */
function withoutSdkTraces(text: string): string {
  const trace =
    /^\{.*"prefix":"debug: ","message":"(?:RegisterResource|Invoke) RPC finished: .*"severity":"debug"\}\}$/gm;
  return text.replaceAll(trace, "");
}

/** Expects that a command with `--diff` shows that secrets have changed. */
function expectChangedSecrets({ output }: Run): void {
  for (const name of ["partnerAccessToken", "partnerRefreshToken", "partnerPrimaryEmail"]) {
    expect(output).toMatch(new RegExp(`~ ${name}\\s*: \\[secret\\] => \\[secret\\]`));
  }
}

beforeAll(async () => {
  for (const name of ["named", "explicit"]) {
    lab.emulator.addAccount({ name });
  }
  Object.assign(lab.environment, {
    PINTEREST_DEBUG: join(lab.directory, "debug.log"),
    PINTEREST_COMPARE_SECRETS: "true",
    // Explicit providers also read the address from the stack's configuration.
    PINTEREST_API_URL: "http://127.0.0.1:1/v5",
  });
  const configured = {
    accessToken: lab.emulator.issueToken(),
    accounts: { named: lab.emulator.token("named") },
  };
  secrets = [
    ...[...first, ...second].flatMap((set) => set.secrets),
    ...lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens),
    ...Object.values({ ...valuesAtPinterest, ...logged, ...removed, released, turned: becomesSecret }),
  ];
  await lab.succeed(
    ...["config", "set-all", "--secret", `pinterest:accessToken=${configured.accessToken}`],
    ...["--secret", `pinterest:accounts=${JSON.stringify(configured.accounts)}`],
    ...["--plaintext", `pinterest:apiUrl=${lab.emulator.url}`],
  );
});

test("no command prints a secret, and state, settings and debug log contain secrets only encrypted", async () => {
  declare(first, otherArguments.created);
  await lab.up("--diff");
  expect(lab.emulator.logs()).toMatchObject([
    { message: logged.message, error: { name: "E", cause: logged.cause } },
  ]);
  declare(second, otherArguments.changed);
  // Pinterest ignores the request to clear the secrets of `removed`.
  const stopEcho = echoFailures(lab, "update", { "shop-explicit": "400" });
  const failed = await lab.fail("up", "--continue-on-error", "--json");
  stopEcho();
  expect(failed.output).toMatch(/shop-removed.*additionalId1/);
  // Pinterest's response repeats the request.
  expect(failed.output).toMatch(/shop-explicit.*failed: .*HTTP 400, code 1/);
  lab.emulator.change("shop-default", {
    connected_tag_id: "1",
    partner_metadata: "{}",
    ...valuesAtPinterest,
  });
  rmSync(join(lab.directory, "index.js"));
  expectChangedSecrets(await lab.succeed("refresh", "--skip-preview", "--diff"));
  expect(await lab.exported()).toContain(`"${propertyNameOf("accessToken")}"`);
  await lab.succeed("stack", "output", "--json");
  expect(leaks()).toEqual([]);
  expect(new Set(lab.emulator.requests().map(({ account }) => account))).toEqual(
    new Set(["shop-1", "named", "explicit"]),
  );
});

test("`--show-secrets` prints the secrets in state", async () => {
  const hidden = lab.transcript;
  const exported = await lab.exported("--show-secrets");
  lab.transcript = hidden;
  const secretsInState = [
    ...(second[1]?.secrets ?? []),
    ...Object.values({ ...valuesAtPinterest, ...logged }),
    ...[removed.additional, released],
    ...[lab.emulator.token("named"), lab.emulator.token("explicit")],
  ];
  expect(secretsInState.filter((secret) => leaksIn("export", exported, [secret]).length === 0)).toEqual([]);
});

test("an update that restores and releases secrets does not print them", async () => {
  declare(second, otherArguments.restored);
  expectChangedSecrets(await lab.up("--diff"));
  expect(lab.emulator.integration("shop-removed")).toMatchObject({ additional_id_1: removed.additional });
  expect(lab.emulator.integration("shop-released")).toMatchObject({ additional_id_1: released });
  expect(leaks()).toEqual([]);
});

test("a destroy without the program uses every account's own token, and prints no secret", async () => {
  rmSync(join(lab.directory, "index.js"));
  lab.emulator.clearRequests();
  await lab.succeed("destroy", "--skip-preview", "--diff");
  const deletions = lab.emulator.requests().filter(({ method }) => method === "DELETE");
  const deleted = deletions.map(({ account, external_business_id }) => `${account} ${external_business_id}`);
  expect(deleted.sort()).toEqual([
    "explicit shop-explicit",
    "named shop-named",
    "shop-1 shop-default",
    "shop-1 shop-released",
    "shop-1 shop-removed",
    "shop-1 shop-turned",
  ]);
  expect(lab.emulator.integrations()).toEqual([]);
  expect(leaks()).toEqual([]);
});
