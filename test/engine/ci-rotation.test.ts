import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { wrongToken } from "../expected/messages";
import { repository } from "./helpers/engine";
import { labOfFile } from "./helpers/lab";

// After tokens were renewed and the former ones have expired, each command uses the token that docs/configuration.md names.

/** The sources of tokens. Each has an account and an integration with its name. */
const sources = ["account-command", "environment", "explicit-provider", "stack-configuration"];

const lab = labOfFile();

const backend = () => join(lab.directory, "backend");
const savedBackend = () => join(lab.directory, "saved");

/** Sets a new token in each source. */
async function setTokens(): Promise<void> {
  const [command, environment, explicit, configured] = sources.map((name) => lab.emulator.issueToken(name));
  writeFileSync(
    join(lab.directory, "tokens.cjs"),
    `console.log(${JSON.stringify(JSON.stringify({ "account-command": command }))});`,
  );
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ environment });
  const secrets = [`pinterest:accessToken=${configured}`, `explicitToken=${explicit}`];
  await lab.succeed("config", "set-all", ...secrets.flatMap((secret) => ["--secret", secret]));
}

beforeAll(async () => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  Object.assign(lab.environment, {
    PINTEREST_ACCOUNT_COMMAND: JSON.stringify([process.execPath, "tokens.cjs"]),
    // Without it, `destroy` stops at the first error.
    PULUMI_CONTINUE_ON_ERROR: "true",
    TAG: "1",
  });
  for (const name of sources) lab.emulator.addAccount({ name });
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
  const former = sources.map((name) => lab.emulator.token(name));
  await setTokens();
  for (const token of former) lab.emulator.expireToken(token);
  // From now on, updates write.
  lab.environment.TAG = "2";
  cpSync(backend(), savedBackend(), { recursive: true });
});

// Each test starts with the state and the integrations of the first update.
beforeEach(() => {
  rmSync(backend(), { recursive: true });
  cpSync(savedBackend(), backend(), { recursive: true });
  const values = { connected_tag_id: "1", connected_merchant_id: "1" };
  for (const account of sources) lab.emulator.put(account, values, { account });
  lab.emulator.clearRequests();
});

/** Runs a command. @returns its success, the integrations that it read, and those for which it printed the guide's error */
async function outcomeOf(command: string) {
  const [name = "", ...options] = command.split(" ");
  const skip = name === "preview" ? [] : ["--skip-preview"];
  const { exitCode, output } = await lab.run(name, ...options, ...skip);
  const accepted = lab.emulator.requests().filter(({ status }) => status && status < 300);
  const errors = output
    .split(/error: /i)
    .filter((text) => new RegExp(wrongToken(".*")).test(text))
    .filter((text) => text.includes("failed: ") && text.includes("--run-program"));
  return {
    isSuccess: exitCode === 0,
    read: sources.filter((source) => accepted.some(({ account }) => account === source)),
    refused: sources.filter((source) => errors.some((text) => text.includes(`"${source}" `))),
  };
}

test("the guide's table names the token of each command", () => {
  const guide = readFileSync(join(repository, "docs/configuration.md"), "utf8");
  expect(guide).toContain(`
| \`pulumi preview\`, \`pulumi up\` | of the last update | current |
| \`pulumi preview --refresh\`, \`pulumi up --refresh\` | of the last update | current |
| \`pulumi preview --refresh --run-program\`, \`pulumi up --refresh --run-program\` | current | current |
| \`pulumi refresh\`, \`pulumi destroy\` | of the last update | of the last update |
| \`pulumi refresh --run-program\`, \`pulumi destroy --run-program\` | current | current |
| \`npx`);
});

test.each(["preview --refresh", "up --refresh", "refresh", "destroy"])(
  "`pulumi %s` reads with the last token of the configuration and of explicit providers, and fails because it has expired",
  async (command) => {
    expect(await outcomeOf(command)).toEqual({
      isSuccess: false,
      read: ["account-command", "environment"],
      refused: ["explicit-provider", "stack-configuration"],
    });
  },
);

test.each([
  "preview --refresh --run-program",
  "up --refresh --run-program",
  "refresh --run-program",
  "destroy --run-program",
])("`pulumi %s` reads with the current token of each source", async (command) => {
  expect(await outcomeOf(command)).toEqual({ isSuccess: true, read: sources, refused: [] });
});

test("`pulumi up` writes with the current token of each source", async () => {
  await lab.up();
  for (const name of sources) expect(lab.emulator.integration(name)).toMatchObject({ connected_tag_id: "2" });
});
