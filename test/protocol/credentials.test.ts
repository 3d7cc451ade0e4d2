import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { accountCommand } from "../engine/helpers/account-command";
import { leaksIn } from "../engine/helpers/leaks";
import { commandFailed, noDefaultToken } from "../expected/messages";
import { clock } from "../fake-engine/clock";
import { Lab, providerTypes } from "../fake-engine/lab";
import { temporaryDirectory } from "../temporary-directory";

const names = Array.from({ length: 20 }, (_, index) => `merchant-${index + 1}`);
const args = (name: string) => ({ externalBusinessId: `shop-of-${name}`, account: name });
const secret = "pina_TESTTOKEN";

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;
  let directory: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
    environment = { ...lab.environment };
    for (const name of names) lab.emulator.addAccount({ name });
  });

  beforeEach(() => {
    directory = temporaryDirectory();
    for (const name of Object.keys(lab.environment)) delete lab.environment[name];
    Object.assign(lab.environment, environment);
    lab.emulator.clearRequests();
  });

  afterAll(() => lab.close());

  const command = (script: string) => accountCommand({ directory, environment: lab.environment }, script);

  test("an update without a token explains how to set one, and sends no request", async () => {
    lab.program({ first: { externalBusinessId: "shop-1", connectedTagId: "1" } });
    delete lab.environment.PINTEREST_ACCESS_TOKEN;
    const { output } = await lab.upFails();
    expect(output).toContain(`${noDefaultToken}. Set \`pinterest:accessToken\` (PINTEREST_ACCESS_TOKEN)`);
    expect(output).toContain("pulumi config set --secret pinterest:accessToken");
    expect(lab.emulator.counters().requests).toBe(0);
  });

  test("a preview warns once about each account whose token expires within a week, and runs no account command", async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const runs = command("process.exit(1)");
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
      soon: { accessToken: secret, expiresAt: inDays(3) },
      later: { accessToken: secret, expiresAt: inDays(8) },
    });
    lab.program({
      a: { externalBusinessId: "shop-a", account: "soon" },
      b: { externalBusinessId: "shop-b", account: "soon" },
      c: { externalBusinessId: "shop-c", account: "later" },
      d: { externalBusinessId: "shop-d", account: "of-the-command" },
    });
    const { output } = await lab.succeed("preview");
    expect(
      output.match(/warning: The access token of account 'soon' expires on \d{4}-\d\d-\d\d, in 3 days/g),
    ).toHaveLength(1);
    expect(output).not.toMatch(/account 'later'/);
    expect(runs()).toEqual([]);
    expect(leaksIn("console", output, ["TESTTOKEN"])).toEqual([]);
  });

  test("an account command that prints all tokens runs once for all lookups of a program", async () => {
    const tokens = Object.fromEntries(names.map((name) => [name, lab.emulator.token(name)]));
    const runs = command(`console.log(${JSON.stringify(JSON.stringify(tokens))});`);
    const lookups = names
      .slice(0, 3)
      .map((account) => `(await pinterest.getIntegrations({ account: "${account}" }))`);
    lab.program({}, `exports.found = (async () => [${lookups.join(", ")}].length)();`);
    await lab.succeed("preview");
    expect(runs()).toHaveLength(1);
  });

  test("a failed account command is reported by account, without its output, and no request is sent", async () => {
    command(`console.log("TESTTOKEN"); console.error("TESTTOKEN"); process.exitCode = 3;`);
    lab.program(Object.fromEntries(names.map((name) => [name, { ...args(name), connectedTagId: "1" }])));
    const { output } = await lab.upFails();
    expect(output).toMatch(
      new RegExp(
        `${commandFailed("exited with code 3")}. Run the command in pinterest:accountCommand \\(PINTEREST_ACCOUNT_COMMAND\\) with`,
      ),
    );
    expect(leaksIn("console", output, ["TESTTOKEN"])).toEqual([]);
    expect(lab.emulator.requests()).toEqual([]);
  });

  test("renews a rejected access token with the refresh token, and the next command uses the token file", async () => {
    const { app_id, app_secret } = lab.emulator.account("shop-1");
    const file = join(directory, "tokens", "pinterest.json");
    const refreshToken = lab.emulator.refreshToken("shop-1");
    delete lab.environment.PINTEREST_ACCESS_TOKEN;
    Object.assign(lab.environment, {
      PINTEREST_REFRESH_TOKEN: refreshToken,
      PINTEREST_APP_ID: app_id,
      PINTEREST_APP_SECRET: app_secret,
      PINTEREST_TOKEN_FILE: file,
    });
    const exchanges = () => lab.emulator.counters().operations.token;
    lab.program({ own: { externalBusinessId: "shop-1" } });
    await lab.up();
    expect(exchanges()).toBe(1);
    lab.program({ own: { externalBusinessId: "shop-1", connectedTagId: "1" } });
    await lab.up();
    expect(exchanges()).toBe(1);

    lab.emulator.expireTokens("shop-1");
    // A token that is younger than a minute is not exchanged again.
    await clock.run(clock.sleep(61_000));
    lab.program({ own: { externalBusinessId: "shop-1", connectedTagId: "2" } });
    await lab.up();
    expect(exchanges()).toBe(2);
    expect(lab.emulator.integrations("shop-1")).toMatchObject([{ connected_tag_id: "2" }]);
    expect(readFileSync(file, "utf8")).toContain(lab.emulator.token("shop-1"));
    const secrets = [app_secret, lab.emulator.refreshToken("shop-1"), refreshToken];
    expect(leaksIn("state", lab.exported(), secrets)).toEqual([]);
    expect(leaksIn("console", lab.transcript, secrets)).toEqual([]);
  });
});
