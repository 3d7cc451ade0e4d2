import { afterEach, describe, expect, test } from "@jest/globals";
import { commands, runCommandLine } from "../../cli/command-line";
import { exitCodes } from "../expected/reports";
import { recordingTerminal } from "./helpers/terminal";

async function run(args: readonly string[], width?: number) {
  const terminal = recordingTerminal({ width });
  const exitCode = await runCommandLine(args, terminal, {});
  return { exitCode, output: terminal.output(), notes: terminal.notes() };
}

const all = commands.map((createCommand) => createCommand(() => async () => {}));

test("lists every command with its purpose in the help", async () => {
  const { exitCode, output } = await run(["--help"]);
  expect(exitCode).toBe(0);
  for (const command of all) expect(output).toMatch(new RegExp(`^  ${command.name()}\\b.* {2,}\\S`, "m"));
});

const commandNames = all.flatMap((command) =>
  command.commands.length === 0
    ? [[command.name()]]
    : command.commands.map((child) => [command.name(), child.name()]),
);

describe.each(commandNames.map((names) => names.join(" ")))("%s", (names) => {
  const command = names.split(" ");

  test("has help with examples and exit codes, whose commands begin with npx", async () => {
    const { exitCode, output } = await run([...command, "--help"]);
    expect(exitCode).toBe(0);
    expect(output).toContain("Examples:");
    expect(output).toContain("Exit codes:");
    expect(output).not.toMatch(/([$|&] |`)pulumi-pinterest /);
  });

  test("has help in lines that are not wider than the terminal, with the same words", async () => {
    const { output } = await run([...command, "--help"], 200);
    const narrow = await run([...command, "--help"], 60);
    // Commands, JSON and long words stay in one line.
    const lines = narrow.output.split("\n").filter((line) => !/^ +[${]|^Usage:|^ *\S+$/.test(line));
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(narrow.output.split(/\s+/)).toEqual(output.split(/\s+/));
  });

  test("refuses an unknown option, on standard error", async () => {
    const { exitCode, output, notes } = await run([...command, "--no-such-option"]);
    expect([exitCode, output]).toEqual([exitCodes.usage, ""]);
    expect(notes).toContain("--no-such-option");
  });
});

test.each([
  [80, 80],
  [200, 120],
  [undefined, 80],
])("fills lines of help in a terminal of %s columns, but not more than %d", async (width, longest) => {
  const { output } = await run(["drift", "--help"], width);
  const paragraph = output.split("\n\n").find((text) => text.startsWith("The command runs a preview"));
  const [first = "", second = ""] = paragraph?.split("\n") ?? [];
  expect(first.length).toBeLessThanOrEqual(longest);
  expect(`${first} ${second.split(" ")[0]}`.length).toBeGreaterThan(longest);
});

test.each([
  [["imprt"], "Did you mean import?"],
  [["doctor", "-C", "no/such"], "--cwd: no/such is not a directory"],
  [[], "Usage: pulumi-pinterest"],
])("refuses %j as invalid arguments", async (args, message) => {
  const { exitCode, output, notes } = await run(args);
  expect([exitCode, output]).toEqual([exitCodes.usage, ""]);
  expect(notes).toContain(message);
});

describe("on an unsupported Node.js version", () => {
  const { node } = process.versions;
  const setNodeVersion = (version: string) =>
    Object.defineProperty(process.versions, "node", { value: version });

  afterEach(() => void setNodeVersion(node));

  test("commands fail with the required version", async () => {
    setNodeVersion("20.20.2");
    const { exitCode, notes } = await run(["import", "--all"]);
    expect(exitCode).toBe(1);
    expect(notes).toMatch(/Node\.js 22\.19\.0 or newer.*20\.20\.2/);
  });
});
