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

describe("a string in the command's output", () => {
  test.each<readonly [string, (text: string) => unknown]>([
    ["the reason of a revocation", (reason) => ({ revoked: true, reason })],
    ["an access token", (accessToken) => accessToken],
    ["the expiry of an access token", (expiresAt) => ({ accessToken: "t", expiresAt })],
    ["an unknown property", (other) => ({ [other]: other })],
  ])("as %s fails only that account", async (_what, outputFor) => {
    const outputs = textsFromOutside.map(([name, text]) => [name, outputFor(text)]);
    const printed = { ...Object.fromEntries(outputs), south: emulator.token() };
    const { failure, notes } = setUpCommand(JSON.stringify(printed));
    for (const [name] of textsFromOutside) {
      const message = await failure(name);
      expect({ name, message }).toEqual({ name, message: expect.any(String) });
      expectFailure(message);
    }
    expect(await failure("south")).toBeUndefined();
    expect(notes).toEqual([]);
  });

  test("as the name of an account gets its token, or fails only that account", async () => {
    const names = [...textsFromOutside.map(([, text]) => text), "south"];
    const tokens = names.map((name) => [name, emulator.token()]);
    const { failure } = setUpCommand(JSON.stringify(Object.fromEntries(tokens)));
    for (const name of names) expect(await failure(name)).toBeUndefined();
    const withoutTokens = setUpCommand("{}");
    for (const [, text] of textsFromOutside) expectFailure(await withoutTokens.failure(text));
  });
});

test.each(textsFromOutside)(
  "%s as the whole output is rejected without repeating it",
  async (_name, text) => {
    const message = await setUpCommand(text).failure("north");
    expectFailure(message);
    expect(message).toContain("did not print a JSON object");
  },
);
