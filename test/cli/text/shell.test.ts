import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { type CommandStack, commandsOn, stackOptions } from "../../../cli/text/shell";

test.each<[string, CommandStack, string]>([
  [
    "the selected stack of the current directory needs none",
    { directory: ".", name: "dev", isSelected: true },
    "",
  ],
  [
    "the absolute path of the current directory needs none",
    { directory: process.cwd(), name: "dev", isSelected: true },
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

test("quotes options so that a shell reads them unchanged", () => {
  const unusual = 'a $HOME `x` "y"';
  const options = stackOptions({ directory: unusual, name: unusual });
  const words = execFileSync("sh", ["-c", `printf '%s\\n'${options}`], { encoding: "utf8" });
  expect(words).toBe(`--cwd\n${unusual}\n--stack\n${unusual}\n`);
});

test("prints a command for each of several stacks", () => {
  const stacks = [
    { directory: ".", name: "dev", isSelected: true },
    { directory: "eu", name: "prod" },
  ];
  expect(commandsOn(stacks, "pulumi cancel")).toBe("`pulumi cancel`, `pulumi cancel --cwd eu --stack prod`");
});
