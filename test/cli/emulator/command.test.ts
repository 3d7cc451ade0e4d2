import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { sendTo } from "../../emulator/helpers/emulate";
import { testOnPosix } from "../../platform";
import { builtCommand } from "../helpers/built-command";
import { recordingTerminal } from "../helpers/terminal";

const start = builtCommand();

/** Starts the command. `started` resolves with the lines that it prints when the emulator runs, `ended` with its result. */
function command(...args: string[]) {
  const { child, stdout, ended } = start(["emulator", ...args]);
  const started = new Promise<string[]>((resolve, reject) => {
    child.stdout?.on("data", () => {
      if (/Administration: |^\{.*\n$/.test(stdout())) resolve(stdout().split("\n"));
    });
    ended.then(({ stdout, stderr }) => reject(new Error(`the command exited: ${stdout}${stderr}`)));
  });
  started.catch(() => {});
  return { child, started, ended };
}

const exportedValue = (line: string | undefined) => line?.slice(line.indexOf("=") + 1) ?? "";

test("prints a script to paste: the provider's environment as exports, everything else as comments", async () => {
  const { child, started } = command();
  const lines = await started;
  expect(lines[0]).toMatch(/^export PINTEREST_API_URL=http:\/\/127\.0\.0\.1:\d+\/v5$/);
  expect(lines[1]).toMatch(/^export PINTEREST_ACCESS_TOKEN=pina_emulator_shop-1_\d+$/);
  expect(lines[2]).toBe(`# process ID ${child.pid}; stop it with Ctrl-C, which deletes its data`);
  expect(lines.slice(3).filter((line) => line !== "" && !line.startsWith("# "))).toEqual([]);
  const authorization = `Bearer ${exportedValue(lines[1])}`;
  const response = await sendTo(exportedValue(lines[0]), "GET /integrations", undefined, { authorization });
  expect(response).toMatchObject({ status: 200, body: { items: [] } });
});

test("accepts switches and the number of accounts as options", async () => {
  const options = [
    "--switch",
    "generation=5.28",
    "--switch",
    "readLag=2",
    "--accounts",
    "5",
    "--switch",
    "rateLimits=standard",
  ];
  const text = (await command(...options).started).join("\n");
  const [, address] = /Administration: (\S+)/.exec(text) ?? [];
  const { body } = await sendTo(address as string, "GET ");
  expect(body.switches).toMatchObject({
    generation: "5.28",
    createStatus: 201,
    readLag: 2,
    rateLimits: "standard",
  });
  expect(body.accounts).toHaveLength(5);
});

test("reports a port that is in use", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as AddressInfo;
  const { code, stdout, stderr } = await command("--port", String(port)).ended;
  await new Promise((resolve) => blocker.close(resolve));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(`error: The emulator cannot listen: port ${port} is in use.\n`);
});

test("prints one line with --json, with tokens in the form of pinterest:accounts", async () => {
  const [line = "", ...rest] = await command("--json", "--seed", "2").started;
  expect(rest).toEqual([""]);
  const { url, administrationUrl, tokens, accounts } = JSON.parse(line);
  expect((await sendTo(administrationUrl, "GET ")).status).toBe(200);
  expect(Object.keys(tokens)).toEqual(["shop-1", "shop-2"]);
  expect(accounts).toMatchObject([
    { name: "shop-1", integrations: 2 },
    { name: "shop-2", integrations: 2, refreshToken: expect.stringContaining("pinr_") },
  ]);
  const authorization = `Bearer ${tokens["shop-2"]}`;
  const response = await sendTo(url, "GET /integrations", undefined, { authorization });
  expect(response.body.items).toHaveLength(2);
});

test.each([
  [
    ["--port", "http"],
    ["--port", "'http'", "from 0 to 65535"],
  ],
  [
    ["--seed", "100000", "--accounts", "11"],
    ["--seed 100000", "--accounts 11", "1000000 integrations in total"],
  ],
  [
    ["--switch", "speed=9"],
    ["--switch", "'speed'", "generation, "],
  ],
  [
    ["--switch", "recordSecrets=no"],
    ["--switch", "'no'", '"shown"|"null"|"masked"|"omitted"'],
  ],
])("refuses the options %j, and names the allowed values", async (options, messages) => {
  const terminal = recordingTerminal();
  expect(await runCommandLine(["emulator", ...options], terminal, {})).toBe(2);
  expect(terminal.output()).toBe("");
  for (const message of messages) expect(terminal.notes()).toContain(message);
  expect(terminal.notes()).not.toContain("    at ");
});

testOnPosix("signals").each(["SIGINT", "SIGTERM"] as const)(
  "exits with 0 on %s, even with an open connection",
  async (signal) => {
    const { child, started, ended } = command();
    await sendTo(exportedValue((await started)[0]), "GET /integrations");
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  },
);
