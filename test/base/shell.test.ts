import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { type CommandStack, commandsOn, stackOptions, visibleShellWord } from "../../provider/base/shell";
import { testOnPosix } from "../platform";

const onPosix = testOnPosix("shell");

test.each<[string, CommandStack, string]>([
  [
    "the selected stack of the current directory needs none",
    { directory: ".", name: "dev", isSelected: true },
    "",
  ],
  ["another stack is named", { directory: ".", name: "dev" }, " --stack dev"],
  ["another directory is named", { directory: "shops" }, " --cwd shops"],
  [
    "the selected stack of another directory is named with it",
    { directory: "shops", name: "dev", isSelected: true },
    " --cwd shops --stack dev",
  ],
  ["values are quoted", { directory: "my shops", name: "it's" }, " --cwd 'my shops' --stack 'it'\\''s'"],
  ["a value may look like an option", { directory: "-C", name: "--yes" }, " --cwd=-C --stack=--yes"],
])("prints the options of a command: %s", (_, stack, options) => {
  expect(stackOptions(stack)).toBe(options);
});

onPosix("quotes options so that a shell reads them unchanged", () => {
  const unusual = 'a $HOME `x` "y"';
  const options = stackOptions({ directory: unusual, name: unusual });
  const words = execFileSync("sh", ["-c", `printf '%s\\n'${options}`], { encoding: "utf8" });
  expect(words).toBe(`--cwd\n${unusual}\n--stack\n${unusual}\n`);
});

onPosix.each([
  ["spaces, quotes and expansions", "a $HOME `x` \"y\" 'z' $(id) ~ * ; & | > #!"],
  ["lines and a tab", "one\ntwo\r\n\tthree"],
  ["characters without a width", "a\u200bb\u202ec\u00a0d\u{e0041}é 東京"],
  ["a dash and lines", "-x\ny"],
  ["an escape sequence", "\u001b]0;title\u0007"],
])("quotes a string so that a shell reads it unchanged: %s", (_what, text) => {
  const word = visibleShellWord(text);
  expect(execFileSync("sh", ["-c", `printf %s ${word}`], { encoding: "utf8" })).toBe(text);
  expect(word).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

onPosix.each(["\n", "it's 100%!\n\r\n\n"])("quotes %j, which ends in a line end, for bash", (text) => {
  const word = visibleShellWord(text);
  expect(execFileSync("bash", ["-c", `printf %s ${word}`], { encoding: "utf8" })).toBe(text);
  expect(word).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

test("prints a command for each of several stacks", () => {
  const stacks = [
    { directory: ".", name: "dev", isSelected: true },
    { directory: "eu", name: "prod" },
  ];
  expect(commandsOn(stacks, "pulumi cancel")).toBe("`pulumi cancel`, `pulumi cancel --cwd eu --stack prod`");
});
