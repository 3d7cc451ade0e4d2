import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";
import { providerType } from "./helpers/provider-type";

let lab: Lab;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  lab = await Lab.open();
  environment = { ...lab.environment };
  lab.program({
    first: { externalBusinessId: "shop-1", connectedTagId: "1" },
    second: { externalBusinessId: "shop-2", connectedTagId: "2" },
  });
});

beforeEach(() => {
  delete lab.environment.PINTEREST_ACCOUNTS;
  Object.assign(lab.environment, environment);
});

afterAll(() => lab.close());

test("without a token an update says how to set one, and writes nothing", async () => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  const { output } = await lab.upFails();
  expect(output).toMatch(/no access token: set `pinterest:accessToken` \(PINTEREST_ACCESS_TOKEN\)/);
  expect(output).toContain("pulumi config set --secret pinterest:accessToken");
  expect(lab.emulator.counters().requests).toBe(0);
});

test("an address that would carry the token in clear over the network is refused", async () => {
  lab.environment.PINTEREST_API_URL = "http://pinterest.example/v5";
  const { output } = await lab.upFails();
  expect(output).toMatch(
    /`pinterest:apiUrl` \(PINTEREST_API_URL\) must use https.*not for pinterest\.example/,
  );
});

test("accounts that are no JSON are refused without a word of what they are", async () => {
  const token = "pina_TESTTOKEN";
  lab.environment.PINTEREST_ACCOUNTS = `{"shop-a": "${token}",}`;
  const { output } = await lab.upFails();
  expect(output).toMatch(/`pinterest:accounts` \(PINTEREST_ACCOUNTS\) is not JSON; allowed is a JSON object/);
  expect(leaksIn("console", output, [token, "TESTTOKEN", 'shop-a\\"'])).toEqual([]);
});

test("a key that is none is told with the one that is meant: by a warning a run, or by the plugin, which refuses it", async () => {
  await lab.succeed("config", "set", "pinterest:deletelimit", "0");
  await lab.succeed("config", "set", "other:deletelimit", "0");
  const { exitCode, output } = await lab.run("preview");
  await lab.succeed("config", "rm", "pinterest:deletelimit");
  const [, diagnostics] = output.split("Diagnostics:");
  expect(diagnostics?.match(/warning: .*/g)).toEqual([
    "warning: `pinterest:deletelimit` is in the stack's configuration, and nothing reads it: " +
      "did you mean `pinterest:deleteLimit`? `pulumi config rm pinterest:deletelimit` takes it out",
  ]);
  const refused =
    "`deletelimit` is no key of the configuration; did you mean `deleteLimit`? allowed are: accessToken";
  expect([exitCode === 0, output.includes(refused)]).toEqual(
    providerType === "plugin" ? [false, true] : [true, false],
  );
});

test("a token in the configuration as plain text is used, with one warning a run", async () => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  const token = lab.emulator.token();
  await lab.succeed("config", "set", "--plaintext", "pinterest:accessToken", token);
  const { output } = await lab.up();
  const [, diagnostics] = output.split("Diagnostics:");
  expect(diagnostics?.match(/warning: .*pinterest:accessToken/g)).toHaveLength(1);
  expect(output).toContain("pulumi config set --secret pinterest:accessToken");
  expect(leaksIn("console", output, [token])).toEqual([]);
  expect(lab.emulator.integrations()).toHaveLength(2);
});
