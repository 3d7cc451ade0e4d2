import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { kitFile } from "../ci/helpers/kit";
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

/** Sets all integrations at Pinterest to the tag of the first update and to this merchant. */
function resetIntegrations(merchant: string): void {
  const values = { connected_tag_id: "1", connected_merchant_id: merchant };
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
    resetIntegrations("1");
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

const shownDrift = (text: string) => text.match(/connectedMerchantId: "77" =>/g)?.length ?? 0;

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
  // The updates of this and the following tests write this tag.
  lab.environment.TAG = "2";
  expect(await outcomes(commands)).toEqual(
    commands.map((command) => outcome(command, withCurrentToken, withLastToken)),
  );
});

test("without `--refresh`, `preview` and `up` only warn until an `up` succeeds with the current token", async () => {
  resetIntegrations("77");
  for (const plain of [await lab.succeed("preview", "--diff"), await lab.up("--diff")]) {
    for (const name of withLastToken) {
      expect(plain.output).toContain(`cannot check integration '${name}' for drift`);
    }
    expect(shownDrift(plain.output)).toBe(withCurrentToken.length);
  }
  for (const name of names) {
    expect(lab.emulator.integration(name)).toMatchObject({ connected_tag_id: "2" });
  }
  expect(shownDrift((await lab.succeed("preview", "--diff")).output)).toBe(withLastToken.length);
  expect(shownDrift((await lab.succeed("preview", "--diff", "--run-program")).output)).toBe(0);
});

// GitLab's pipeline runs the same command, as test/ci/lint.test.ts checks.
test("the preview of CI reports the drift of all integrations with the current token", async () => {
  await renewTokens();
  resetIntegrations("77");
  Object.assign(lab.environment, { STACK: "test", REPORT: lab.directory });
  const workflow = kitFile("github/.github/workflows/preview.yml");
  const [command = ""] = /^ *PINTEREST_WHEN_UNREACHABLE=keep pulumi preview .*\\\n.*$/m.exec(workflow) ?? [];
  expect((await lab.process("bash", "-c", `preview=0; ${command}; exit $preview`)).exitCode).toBe(0);
  const preview = readFileSync(join(lab.directory, "preview.txt"), "utf8");
  expect(shownDrift(preview)).toBe(names.length);
});

// The test before this one covers `preview --refresh --run-program`.
test("with `--run-program`, the commands use the current token", async () => {
  const used = readingWith("current").filter((command) => !command.startsWith("preview"));
  expect(await outcomes(used)).toEqual(used.map((command) => outcome(command, names)));
});
