import { afterEach, describe, expect, test } from "@jest/globals";
import { commands, runCommandLine } from "../../cli/command-line";
import { exitCodes } from "../../stack/exit-codes";
import { recordingTerminal } from "./helpers/terminal";

async function run(...args: string[]) {
  return runAt(undefined, ...args);
}

async function runAt(width: number | undefined, ...args: string[]) {
  const terminal = recordingTerminal({ width });
  const exitCode = await runCommandLine(args, terminal, {});
  return { exitCode, output: terminal.output(), notes: terminal.notes() };
}

const context = { terminal: recordingTerminal(), environment: {}, end: () => {} };
const commandNames = commands
  .map((createCommand) => createCommand(context))
  .flatMap((command) =>
    command.commands.length === 0
      ? [[command.name()]]
      : command.commands.map((child) => [command.name(), child.name()]),
  );

test("lists every command with its purpose in the help", async () => {
  const { exitCode, output } = await run("--help");
  expect(exitCode).toBe(exitCodes.ok);
  for (const createCommand of commands) {
    const command = createCommand(context);
    expect(output).toMatch(new RegExp(`^  ${command.name()}\\b.* {2,}\\S`, "m"));
  }
});

describe.each(commandNames.map((names) => names.join(" ")))("%s", (names) => {
  const command = names.split(" ");

  test("has help with examples and exit codes", async () => {
    const { exitCode, output } = await run(...command, "--help");
    expect(exitCode).toBe(exitCodes.ok);
    expect(output).toContain("Examples:");
    // Without npx, a shell does not find the command.
    expect(output).not.toMatch(/[$|&`] pulumi-pinterest /);
    expect(output).toContain("Exit codes:");
  });

  test.each([
    [60, 60],
    [80, 80],
    [200, 120],
    [undefined, 80],
  ])("has help for a terminal of %d columns, in lines of at most %d characters", async (width, longest) => {
    const { output } = await runAt(width, ...command, "--help");
    // Commands, JSON and long words stay in one line.
    const lines = output.split("\n").filter((line) => !/^ +[${]|^Usage:|^ *\S+$/.test(line));
    expect(lines.filter((line) => line.length > longest)).toEqual([]);
    const wide = await runAt(undefined, ...command, "--help");
    const words = (text: string) => text.replaceAll(/\s+/g, " ");
    expect(words(output)).toBe(words(wide.output));
  });

  test("refuses an unknown option, on standard error", async () => {
    const { exitCode, output, notes } = await run(...command, "--no-such-option");
    expect(exitCode).toBe(exitCodes.usage);
    expect(notes).toContain("--no-such-option");
    expect(output).toBe("");
  });
});

test.each([80, 120])("fills the lines of help in a terminal of %d columns", async (width) => {
  const { output } = await runAt(width, "drift", "--help");
  const paragraph = output.split("\n\n").find((text) => text.startsWith("The command runs a preview"));
  const [first = "", second = ""] = paragraph?.split("\n") ?? [];
  const [nextWord = ""] = second.split(" ");
  expect(`${first} ${nextWord}`.length).toBeGreaterThan(width);
});

test("aligns the meanings of outcomes in the help of preflight, below each other", async () => {
  const { output } = await runAt(60, "preflight", "--help");
  const [, outcomes = ""] = /Possible outcomes:\n(.*?)\n\n/s.exec(output) ?? [];
  const lines = outcomes.split("\n");
  expect(lines).toContain("  not known before the update  Its ID, or a value to");
  expect(lines.filter((line) => !/^(?: {2}\S.{26} {2}| {31})\S/.test(line))).toEqual([]);
});

test("refuses an unknown command as invalid arguments", async () => {
  const { exitCode, notes } = await run("imprt");
  expect(exitCode).toBe(exitCodes.usage);
  expect(notes).toContain("Did you mean import?");
});

test("doctor refuses a directory that does not exist as invalid arguments", async () => {
  const { exitCode, output, notes } = await run("doctor", "-C", "no/such");
  expect(exitCode).toBe(exitCodes.usage);
  expect(notes).toContain("--cwd: no/such is not a directory");
  expect(output).toBe("");
});

test("prints the help if no command is named, as invalid arguments", async () => {
  const { exitCode, notes } = await run();
  expect(exitCode).toBe(exitCodes.usage);
  expect(notes).toContain("Usage: pulumi-pinterest");
});

describe("on an unsupported Node.js version", () => {
  const { node } = process.versions;
  const setNodeVersion = (version: string) =>
    Object.defineProperty(process.versions, "node", { value: version });

  afterEach(() => void setNodeVersion(node));

  test("commands fail with the required version", async () => {
    setNodeVersion("20.20.2");
    const { exitCode, notes } = await run("import", "--all");
    expect(exitCode).toBe(exitCodes.error);
    expect(notes).toMatch(/Node\.js 22\.19\.0 or newer.*20\.20\.2/);
  });
});
