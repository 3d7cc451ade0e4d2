import { expect, test } from "@jest/globals";
import { configured, refusal } from "./helpers/configuration";

test.each([
  ['["vault-tokens"]', { argv: ["vault-tokens"] }],
  [
    '["C:\\\\tools\\\\tokens.exe", "--json", "", "$HOME"]',
    { argv: ["C:\\tools\\tokens.exe", "--json", "", "$HOME"] },
  ],
  ["vault-tokens --json | jq .", { shell: "vault-tokens --json | jq ." }],
  ["[ -f tokens ] && cat tokens", { shell: "[ -f tokens ] && cat tokens" }],
  ["true", { shell: "true" }],
])("%s is a command", (accountCommand, command) => {
  expect(configured({ accountCommand }).accountCommand).toStrictEqual(command);
});

test("blanks are none", () => {
  expect(configured({ accountCommand: "  " })).not.toHaveProperty("accountCommand");
});

test.each([
  ["an empty array", "[]"],
  ["an array without a program", '["", "5ecret"]'],
  ["an array of other things", '["5ecret", 1]'],
  ["an array in an array", '[["5ecret"]]'],
  ["an array that breaks off", '["5ecret", "--json"'],
])("%s is refused, without the text", (_what, accountCommand) => {
  const message = refusal({ accountCommand });
  expect(message).toMatch(
    /^`pinterest:accountCommand` \(PINTEREST_ACCOUNT_COMMAND\).*allowed is a JSON array of the program/,
  );
  expect(message).not.toContain("5ecret");
});
