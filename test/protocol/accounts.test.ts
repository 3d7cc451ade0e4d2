import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { accountCommand } from "../engine/helpers/account-command";
import { js } from "../engine/helpers/program";
import { noToken } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

const unreachable = "http://127.0.0.1:1/v5";

/** The distinct requests since the last call. */
function requests(lab: Lab): Set<string> {
  const entries = lab.emulator
    .requests()
    .map(({ account, method, external_business_id }) => `${account} ${method} ${external_business_id}`);
  lab.emulator.clearRequests();
  return new Set(entries);
}

describe.each(providerTypes)("%s: named accounts", (providerType) => {
  const names = Array.from({ length: 20 }, (_, index) => `merchant-${index + 1}`);
  const revoked = "merchant-7";
  const args = (name: string) => ({ externalBusinessId: `shop-of-${name}`, account: name });
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
    const tokens = names.map((name) => [name, lab.emulator.addAccount({ name }).access_tokens[0]]);
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  });

  afterAll(() => lab.close());

  test("errors name an unknown and a revoked account, and all other accounts use their own tokens", async () => {
    lab.emulator.setAccount(revoked, { revoked: true });
    lab.program(Object.fromEntries([...names, "nobody"].map((name) => [name, args(name)])));
    const { output } = await lab.upFails();
    expect(output).toContain(`${noToken("nobody")}: \`pinterest:accounts\` (PINTEREST_ACCOUNTS) contains`);
    expect(output).toMatch(/"shop-of-merchant-7" \(account 'merchant-7'\) failed: .* HTTP 401, code 2/);
    const created = lab.emulator.integrations().map(({ external_business_id }) => external_business_id);
    expect(created.sort()).toEqual(
      names
        .filter((name) => name !== revoked)
        .map((name) => `shop-of-${name}`)
        .sort(),
    );
    expect(requests(lab)).toEqual(
      new Set(
        names.flatMap((name) => [
          `${name} GET shop-of-${name}`,
          ...(name === revoked ? [] : [`${name} POST shop-of-${name}`]),
        ]),
      ),
    );
  });

  test("a refresh and a destroy without the program use every account's own token", async () => {
    lab.emulator.setAccount(revoked, { revoked: false });
    const own = names.filter((name) => name !== revoked);
    await lab.succeed("refresh");
    // A refresh reads the list of each account that has an access token in the configuration.
    const lists = names.map((name) => `${name} GET null`);
    expect(requests(lab)).toEqual(new Set(lists));
    await lab.succeed("destroy");
    expect(requests(lab)).toEqual(
      new Set([...lists, ...own.map((name) => `${name} DELETE shop-of-${name}`)]),
    );
    expect(lab.emulator.integrations()).toEqual([]);
  });
});

describe.each(providerTypes)("%s: explicit providers", (providerType) => {
  const refreshes = new Set(["shop-2 GET null", "shop-3 GET null"]);
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, accounts: 3, environment: { PINTEREST_API_URL: unreachable } });
    lab.configuration.set("pinterest:apiUrl", lab.emulator.url);
    const provider = (name: string) =>
      `const ${name.replace("-", "")} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token(name)}" });`;
    lab.program(
      {
        second: {
          args: { externalBusinessId: "of-shop-2", connectedTagId: "2" },
          options: "{ provider: shop2 }",
        },
        third: {
          args: { externalBusinessId: "of-shop-3", connectedTagId: "3" },
          options: "{ provider: shop3 }",
        },
      },
      `${provider("shop-2")}\n${provider("shop-3")}`,
    );
  });

  afterAll(() => lab.close());

  test("use their own tokens, and the API address of the stack's configuration", async () => {
    await lab.up();
    expect(requests(lab)).toEqual(
      new Set([
        "shop-2 GET of-shop-2",
        "shop-2 POST of-shop-2",
        "shop-3 GET of-shop-3",
        "shop-3 POST of-shop-3",
      ]),
    );
    expect(await lab.previewExit("--refresh")).toBe(0);
    expect(requests(lab)).toEqual(refreshes);
    for (const name of ["shop-2", "shop-3"]) expect(lab.exported()).not.toContain(lab.emulator.token(name));
  });

  test("are used by a refresh and a destroy without the program", async () => {
    lab.emulator.change("of-shop-3", { connected_tag_id: "4" });
    await lab.succeed("refresh");
    expect(requests(lab)).toEqual(refreshes);
    expect(lab.state().third?.inputs).toMatchObject({ connectedTagId: "4" });
    await lab.succeed("destroy");
    const deletions = ["shop-2 DELETE of-shop-2", "shop-3 DELETE of-shop-3"];
    expect(requests(lab)).toEqual(new Set([...refreshes, ...deletions]));
    expect(lab.emulator.integrations()).toEqual([]);
  });
});

describe.each(providerTypes)("%s: an account command that prints the requested tokens", (providerType) => {
  const names = Array.from({ length: 40 }, (_, index) => `merchant-${index + 1}`);
  const explicit = ["second-1", "second-2"] as const;
  const sorted = (accounts: readonly string[]) => [...accounts].sort();
  let lab: Lab;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-test-"));
    lab = await Lab.open({ providerType });
    for (const name of [...names, ...explicit]) lab.emulator.addAccount({ name });
  });

  beforeEach(() => lab.succeed("destroy"));

  afterAll(async () => {
    await lab.close();
    rmSync(directory, { recursive: true });
  });

  const programOf = (accounts: readonly string[]) =>
    Object.fromEntries(
      accounts.map((account) => [account, { externalBusinessId: `shop-of-${account}`, account }]),
    );

  /** Runs a command of the engine, and returns the accounts of each run of the account command. */
  async function runsOf(command: string, ...options: string[]): Promise<string[][]> {
    const tokens = Object.fromEntries(
      [...names, ...explicit].map((name) => [name, lab.emulator.token(name)]),
    );
    const runs = accountCommand(
      { directory, environment: lab.environment },
      `const tokens = ${JSON.stringify(tokens)};
       const { accounts } = JSON.parse(input);
       console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, tokens[name]]))));`,
    );
    await lab.succeed(command, ...options);
    return runs().map(sorted);
  }

  test("runs once for all accounts of the program, or once for each account if the engine does not run the program", async () => {
    lab.program(programOf(names));
    expect(await runsOf("up")).toEqual([sorted(names)]);
    for (const command of ["preview", "up"]) {
      expect(await runsOf(command, "--refresh", "--run-program")).toEqual([sorted(names)]);
    }
    const runs = await runsOf("refresh", "--parallel", "10");
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.length).toBeLessThan(names.length);
    expect(sorted(runs.flat())).toEqual(sorted(names));
    expect(await runsOf("destroy", "--run-program")).toEqual([sorted(names)]);
  });

  test("runs again for an account that is unknown until another resource is created", async () => {
    const [few, late] = [names.slice(0, 5), names[5] ?? ""];
    const account = js(
      `resources[${JSON.stringify(few[0])}].integrationId.apply(() => ${JSON.stringify(late)})`,
    );
    lab.program({ ...programOf(few), late: { externalBusinessId: "late", account } });
    expect(await runsOf("up")).toEqual([sorted(few), [late]]);
  });

  test("runs once for each provider, with the accounts of that provider's resources", async () => {
    const few = names.slice(0, 20);
    const [integration, log] = explicit;
    lab.program(
      programOf(few.slice(1)),
      `const second = { provider: new pinterest.Provider("second") };
       new pinterest.CommerceIntegration("i", { externalBusinessId: "i", account: "${integration}" }, second);
       const note = { eventType: "APP", logLevel: "INFO" };
       new pinterest.IntegrationLog("n", { ...note, account: "${log}" }, second);
       // After all others, so that the command has already printed the token of its account.
       process.nextTick(() => {
         new pinterest.IntegrationLog("m", { ...note, account: "${few[0]}" }, { dependsOn: Object.values(resources) });
       });`,
    );
    const runs = await runsOf("up");
    expect(runs).toContainEqual(sorted(few));
    expect(sorted(runs.flat())).toEqual(sorted([...explicit, ...few]));
  });
});
