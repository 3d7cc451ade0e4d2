import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountCommand } from "./helpers/account-command";
import { Lab } from "./helpers/lab";
import { js } from "./helpers/program";

const names = Array.from({ length: 40 }, (_, index) => `merchant-${index + 1}`);
const explicit = ["second-1", "second-2"];

let lab: Lab;
let temporary: string;

beforeAll(async () => {
  lab = await Lab.open();
  for (const name of [...names, ...explicit]) lab.emulator.addAccount({ name });
  temporary = join(lab.directory, "tmp");
  mkdirSync(temporary);
  Object.assign(lab.environment, { TMPDIR: temporary, TEMP: temporary, TMP: temporary });
});

beforeEach(() => {
  lab.program(programOf(names));
});

afterAll(() => lab.close());

const programOf = (accounts: readonly string[]) =>
  Object.fromEntries(
    accounts.map((account) => [account, { externalBusinessId: `shop-of-${account}`, account }]),
  );

const sorted = (accounts: readonly string[]) => [...accounts].sort();

/** Runs pulumi with a command that prints tokens for just the names that it is asked for, and gives these, by run. */
async function runsOf(...args: string[]): Promise<string[][]> {
  const tokens = Object.fromEntries([...names, ...explicit].map((name) => [name, lab.emulator.token(name)]));
  const runs = accountCommand(
    lab,
    `const tokens = ${JSON.stringify(tokens)};
     const { accounts } = JSON.parse(input);
     console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, tokens[name]]))));`,
  );
  await lab.succeed(...args);
  return runs().map(sorted);
}

/** What programs left in the directory of temporary files. */
const left = () =>
  readdirSync(temporary)
    .filter((name) => name.startsWith("pulumi-pinterest-accounts-"))
    .flatMap((name) => readdirSync(join(temporary, name)));

test.each([
  "up --skip-preview",
  "preview --refresh --run-program",
  "refresh --run-program --skip-preview",
  "up --refresh --run-program --skip-preview",
  "destroy --run-program --skip-preview",
])("pulumi %s asks the command once, for all accounts of the program", async (line) => {
  expect(await runsOf(...line.split(" "))).toEqual([sorted(names)]);
  expect(left()).toEqual([]);
});

test("without the program, the accounts are asked for as the engine comes to them, each once", async () => {
  await lab.up();
  const runs = await runsOf("refresh", "--skip-preview");
  expect(runs.length).toBeLessThan(names.length);
  expect(sorted(runs.flat())).toEqual(sorted(names));
  await lab.succeed("destroy", "--skip-preview", "--run-program");
});

test("an account that is known only with another resource is asked for then", async () => {
  const [few, late] = [names.slice(0, 5), names[5] ?? ""];
  const account = js(
    `resources[${JSON.stringify(few[0])}].integrationId.apply(() => ${JSON.stringify(late)})`,
  );
  lab.program({ ...programOf(few), late: { externalBusinessId: "late", account } });
  expect(await runsOf("up", "--skip-preview")).toEqual([sorted(few), [late]]);
  await lab.succeed("destroy", "--skip-preview", "--run-program");
});

test("the process of an explicit provider is asked for its own accounts, and the default one's for the others", async () => {
  const few = names.slice(0, 20);
  const [integration, log] = explicit;
  lab.program(
    programOf(few.slice(1)),
    `const second = { provider: new pinterest.Provider("second") };
     new pinterest.CommerceIntegration("i", { externalBusinessId: "i", account: "${integration}" }, second);
     const note = { eventType: "APP", logLevel: "INFO" };
     new pinterest.IntegrationLog("n", { ...note, account: "${log}" }, second);
     // After all others, whose accounts the command is asked for first.
     process.nextTick(() => {
       new pinterest.IntegrationLog("m", { ...note, account: "${few[0]}" }, { dependsOn: Object.values(resources) });
     });`,
  );
  const runs = await runsOf("up", "--skip-preview");
  expect(runs).toContainEqual(sorted(few));
  expect(sorted(runs.flat())).toEqual(sorted([...explicit, ...few]));
});
