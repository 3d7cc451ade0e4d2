import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
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
  const script = `const text = require("node:fs").readFileSync(${JSON.stringify(file)}); process.stderr.write(text); process.stdout.write(text)`;
  const notes: string[] = [];
  const clients = new Clients(
    configured({
      apiUrl: emulator.url,
      accountCommand: JSON.stringify([process.execPath, "-e", script]),
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

describe.each(textsFromOutside)("%s", (_name, text) => {
  test.each<readonly [string, (text: string) => unknown]>([
    ["the reason of a revocation", (reason) => ({ revoked: true, reason })],
    ["an access token", (accessToken) => accessToken],
    ["the expiry of an access token", (expiresAt) => ({ accessToken: "t", expiresAt })],
    ["an unknown property", (other) => ({ [other]: other })],
  ])("as %s fails only that account", async (_what, answer) => {
    const printed = { north: answer(text), south: emulator.token(), [text]: text };
    const { failure, notes } = setUpCommand(JSON.stringify(printed));
    const [north, south] = await Promise.all([failure("north"), failure("south")]);
    expectFailure(north);
    expect(south).toBeUndefined();
    expect(notes).toEqual([]);
  });

  test("as the name of an account gets its token, or fails only that account", async () => {
    const { failure } = setUpCommand(JSON.stringify({ [text]: emulator.token(), south: emulator.token() }));
    const [named, south] = await Promise.all([failure(text), failure("south")]);
    expect([named, south]).toEqual([undefined, undefined]);
    expectFailure(await setUpCommand("{}").failure(text));
  });

  test("as the whole output is rejected without repeating it", async () => {
    const message = await setUpCommand(text).failure("north");
    expectFailure(message);
    expect(message).toContain("did not print a JSON object");
  });
});
