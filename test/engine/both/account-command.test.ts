import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { accountCommand } from "../helpers/account-command";
import { Lab } from "../helpers/lab";
import { providerType } from "../helpers/provider-type";

const names = Array.from({ length: 40 }, (_, index) => `merchant-${index + 1}`).sort();

let lab: Lab;
let temporary: string;

beforeAll(async () => {
  // A drift check before the program runs does not know all accounts.
  lab = await Lab.open({ environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
  for (const name of names) lab.emulator.addAccount({ name });
  temporary = join(lab.directory, "tmp");
  mkdirSync(temporary);
  Object.assign(lab.environment, { TMPDIR: temporary, TEMP: temporary, TMP: temporary });
  lab.program(
    Object.fromEntries(
      names.map((account) => [account, { externalBusinessId: `shop-of-${account}`, account }]),
    ),
  );
});

afterAll(() => lab.close());

/** The contents of the files in which provider processes record accounts. */
const recordedAccounts = () =>
  readdirSync(temporary)
    .filter((name) => name.startsWith("pulumi-pinterest-runs-"))
    .flatMap((name) => readdirSync(join(temporary, name)).map((file) => join(temporary, name, file)))
    .flatMap((file) => readFileSync(file, "utf8").match(/"account":"[^"]*"/g) ?? []);

// Both provider types run an update, because their processes receive the engine's address in different ways. The refresh differs only in the
// time at which the engine runs the program, so one provider type is enough. For the other commands, see test/protocol/accounts.test.ts.
test.each([
  "up --skip-preview",
  ...(providerType === "dynamic" ? ["refresh --run-program --skip-preview"] : []),
])("`pulumi %s` runs the account command once, for all accounts of the program", async (line) => {
  const tokens = Object.fromEntries(names.map((name) => [name, lab.emulator.token(name)]));
  const runs = accountCommand(
    lab,
    `const tokens = ${JSON.stringify(tokens)};
     const { accounts } = JSON.parse(input);
     console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, tokens[name]]))));`,
  );
  await lab.succeed(...line.split(" "));
  expect(runs().map((accounts) => [...accounts].sort())).toEqual([names]);
  // The records contain names, but no tokens.
  expect(recordedAccounts().filter((text) => text.includes("pina_"))).toEqual([]);
});
