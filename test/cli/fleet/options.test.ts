import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { exitCodes } from "../../../stack/exit-codes";
import { recordingTerminal } from "../helpers/terminal";

async function refusal(...args: string[]): Promise<string> {
  const terminal = recordingTerminal();
  expect(await runCommandLine(["fleet", ...args], terminal, {})).toBe(exitCodes.usage);
  return terminal.notes().trim();
}

test.each([
  ["up --shard shard-0001 --all", "'--shard <name>' cannot be used with option '--all'"],
  ["up --detach --timeout 5", "'--detach' cannot be used with option '--timeout <minutes>'"],
  ["results --runs --run 1", "'--runs' cannot be used with option '--run <id>'"],
  // --timeout implies --wait.
  ["results --merchant north --timeout 5", "'--merchant <name>' cannot be used with option '--wait'"],
  ["drift --baseline --new-only --adopt a.csv", "'--new-only' cannot be used with option '--adopt <list>'"],
])("refuses `%s` instead of ignoring an option", async (args, reason) => {
  expect(await refusal(...args.split(" "))).toContain(`error: option ${reason}`);
});

test.each([
  ["drift --adopt list.csv", "asks for confirmation"],
  [
    "drift --adopt list.csv --yes --detach",
    "--detach cannot be combined with report files, --adopt, --accept",
  ],
  [
    "results --accept --withdraw --only a --reason r --until 2099-12-31",
    "--accept and --withdraw exclude each other",
  ],
  ["results --withdraw", "--withdraw requires --only, with the name of a merchant"],
  ["drift --new-only", "--new-only requires --baseline"],
  ["plan", "select one merchant list: a file or --command"],
  ['plan list.csv --command ["list"]', "select one merchant list: a file or --command"],
  ["plan --command ./list-merchants", "--command must be a JSON array of strings"],
  ["status", "PINTEREST_FLEET_PASSPHRASE and PULUMI_CONFIG_PASSPHRASE are missing or empty"],
  ["results --adopt list.txt --yes", "the merchant list must end in .csv, .jsonl, .ndjson, .json"],
])("refuses `%s`", async (args, message) => {
  expect(await refusal(...args.split(" "))).toContain(message);
});

test.each(["--runs", "--merchant"])("refuses a file for the JSON of %s", async (option) => {
  const name = option === "--merchant" ? ["north"] : [];
  expect(await refusal("results", option, ...name, "--json", "file.json")).toBe(
    `error: --json of ${option} prints to standard output: omit the name of the file.`,
  );
});
