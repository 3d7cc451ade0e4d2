import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";

const section = readFileSync(join(repository, "docs/configuration.md"), "utf8").split(
  "\n## Which configuration and token a command uses\n",
)[1];
/** The commands of Pulumi in the guide's table, with the token that each uses to read and to write. */
const rows = Array.from(
  section?.matchAll(/^\| (`pulumi .*`) \| (.*) \| (.*) \|$/gm) ?? [],
  ([, commands = "", reads = "", writes = ""]) => ({
    commands: Array.from(commands.matchAll(/`pulumi ([^`]*)`/g), ([, command = ""]) => command),
    reads,
    writes,
  }),
);
const readingWith = (token: string) =>
  rows.filter(({ reads }) => reads === token).flatMap((row) => row.commands);
/** The commands that read with the token of the last update, and fail if it has expired. The others only warn. */
const commands = readingWith("of the last update").filter((command) => !["preview", "up"].includes(command));
/** The end of the error of a rejected token. */
const errorCause = "this one is wrong, expired or revoked";

/** Integrations, named after the source of their token. */
const names = ["account-command", "environment", "explicit-provider", "stack-configuration"];
const withLastToken = ["explicit-provider", "stack-configuration"];
const withCurrentToken = ["account-command", "environment"];

let lab: Lab;

const backend = () => join(lab.directory, "backend");
const savedBackend = () => join(lab.directory, "kept");

/** Sets a new token in each source. */
async function setTokens(): Promise<void> {
  const [command, environment, explicit, configured] = names.map((name) => lab.emulator.issueToken(name));
  writeFileSync(
    join(lab.directory, "tokens.cjs"),
    `console.log(${JSON.stringify(JSON.stringify({ "account-command": command }))});`,
  );
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ environment });
  const secrets = [`pinterest:accessToken=${configured}`, `explicitToken=${explicit}`];
  await lab.succeed("config", "set-all", ...secrets.flatMap((secret) => ["--secret", secret]));
}

/** Sets a new token in each source, and expires the former ones. */
async function renewTokens(): Promise<void> {
  const former = names.map((name) => lab.emulator.token(name));
  await setTokens();
  for (const token of former) lab.emulator.expireToken(token);
}

/** Sets all integrations at Pinterest to the values of the first update. */
function resetIntegrations(): void {
  const values = { connected_tag_id: "1", connected_merchant_id: "1" };
  for (const account of names) lab.emulator.put(account, values, { account });
}

const outcome = (command: string, read: readonly string[], refused: readonly string[] = []) =>
  `${command}: read [${read}], refused [${refused}]`;

/**
 * Runs each command from the same state, with integrations whose tag differs from the program's, so that an update writes. Restores the state
 * afterwards.
 *
 * @returns for each command, the integrations that were read, and those for which the command fails with the guide's error
 */
async function outcomes(tested: readonly string[]): Promise<string[]> {
  cpSync(backend(), savedBackend(), { recursive: true });
  const results: string[] = [];
  for (const command of tested) {
    resetIntegrations();
    lab.emulator.clearRequests();
    const [name = "", ...options] = command.split(" ");
    const { exitCode, output } = await lab.run(
      name,
      ...options,
      ...(name === "preview" ? [] : ["--skip-preview"]),
    );
    const requests = lab.emulator.requests().filter(({ status }) => status && status < 300);
    const read = names.filter((account) => requests.some((request) => request.account === account));
    const errors = output.split(/error: /i).filter((text) => text.includes(errorCause));
    const refused = names.filter((account) =>
      errors.some(
        (text) =>
          text.includes(`"${account}" `) && text.includes("failed: ") && text.includes("--run-program"),
      ),
    );
    const isExpected = (exitCode !== 0) === refused.length > 0;
    results.push(outcome(command, read, refused) + (isExpected ? "" : `: ${output}`));
    rmSync(backend(), { recursive: true });
    cpSync(savedBackend(), backend(), { recursive: true });
  }
  rmSync(savedBackend(), { recursive: true });
  return results;
}

beforeAll(async () => {
  lab = await Lab.open();
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  Object.assign(lab.environment, {
    PINTEREST_ACCOUNT_COMMAND: JSON.stringify([process.execPath, "tokens.cjs"]),
    // Without it, `destroy` stops at the first error.
    PULUMI_CONTINUE_ON_ERROR: "true",
    TAG: "1",
  });
  for (const name of names) lab.emulator.addAccount({ name });
  lab.program(
    {},
    `const declare = (externalBusinessId, args, options) => new pinterest.CommerceIntegration(externalBusinessId, {
      externalBusinessId,
      connectedTagId: process.env.TAG,
      connectedMerchantId: "1",
      ...args,
    }, options);
    const accessToken = new pulumi.Config().requireSecret("explicitToken");
    declare("stack-configuration");
    declare("explicit-provider", {}, { provider: new pinterest.Provider("own", { accessToken }) });
    declare("environment", { account: "environment" });
    declare("account-command", { account: "account-command" });`,
  );
  await setTokens();
  await lab.up();
});

afterAll(() => lab.close());

test("the guide's table has the tested commands, and names the token of each", () => {
  expect(commands).toEqual(["preview --refresh", "up --refresh", "refresh", "destroy"]);
  expect(readingWith("current")).toEqual(commands.map((command) => `${command} --run-program`));
  const writes = rows.map(({ writes }) => writes);
  expect(writes).toEqual(["current", "current", "current", "of the last update", "current"]);
});

test("the commands of the guide use the last token of configurations and explicit providers, and the current token of other sources", async () => {
  await renewTokens();
  // The updates of both tests write this tag.
  lab.environment.TAG = "2";
  expect(await outcomes(commands)).toEqual(
    commands.map((command) => outcome(command, withCurrentToken, withLastToken)),
  );
});

test("with `--run-program`, and in an `up` without `--refresh`, the commands use the current token", async () => {
  const used = readingWith("current");
  expect(await outcomes(used)).toEqual(used.map((command) => outcome(command, names)));
  resetIntegrations();
  await lab.up();
  for (const name of names) expect(lab.emulator.integration(name)).toMatchObject({ connected_tag_id: "2" });
});
