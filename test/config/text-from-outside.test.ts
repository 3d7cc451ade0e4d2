import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients } from "../../provider/config";
import { temporaryDirectory } from "../temporary-directory";
import { expectPrintable, textsFromOutside } from "../text-from-outside";
import { configured } from "./helpers/configuration";

// An account command prints the content of a vault or a database. No string in it may fail another account, or print control characters
// to a terminal.

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

/** Clients with an account command that prints this string, also to standard error. */
function setUpCommand(printed: string) {
  const file = join(temporaryDirectory(), "printed");
  writeFileSync(file, printed);
  const notes: string[] = [];
  const clients = new Clients(
    configured({
      apiUrl: emulator.url,
      accountCommand: `cat "${file}" >&2; cat "${file}"`,
      maxAttempts: "1",
    }),
    { notify: (message) => notes.push(message) },
  );
  return {
    notes,
    /** Error message of listing integrations; undefined for a success. */
    failure: (account: string) =>
      clients
        .client(account)
        .listIntegrations()
        .then(
          () => undefined,
          (error: Error) => error.message,
        ),
  };
}

function expectFailure(message: string | undefined): void {
  expect(message).toMatch(/account/);
  expectPrintable(message ?? "");
  expect(message?.length).toBeLessThan(5_000);
}

test("no string that the command prints for an account fails another one, or repeats control characters", async () => {
  const outputs = textsFromOutside.map(([name, text]) => [name, { revoked: true, reason: text }]);
  const printed = { ...Object.fromEntries(outputs), south: emulator.token() };
  const { failure, notes } = setUpCommand(JSON.stringify(printed));
  for (const [name] of textsFromOutside) expectFailure(await failure(name));
  expect(await failure("south")).toBeUndefined();
  expect(notes).toEqual([]);
});

test("any string can be the name of an account", async () => {
  const names = [...textsFromOutside.map(([, text]) => text), "south"];
  const tokens = names.map((name) => [name, emulator.token()]);
  const { failure } = setUpCommand(JSON.stringify(Object.fromEntries(tokens)));
  for (const name of names) expect(await failure(name)).toBeUndefined();
  const withoutTokens = setUpCommand("{}");
  for (const [, text] of textsFromOutside) expectFailure(await withoutTokens.failure(text));
});
