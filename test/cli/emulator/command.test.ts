import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { sendTo } from "../../emulator/helpers/emulate";
import { exitCodes } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";

let running: Promise<number> | undefined;

afterEach(async () => {
  if (running !== undefined) process.emit("SIGTERM");
  await running;
  running = undefined;
});

/** Starts the command in this process, and returns what it prints when the emulator runs. */
async function start(...args: string[]): Promise<string> {
  const printed = Promise.withResolvers<string>();
  const terminal = { ...recordingTerminal(), out: printed.resolve };
  running = runCommandLine(["emulator", ...args], terminal, {});
  return printed.promise;
}

test("prints a script to paste: the provider's environment as exports, everything else as comments", async () => {
  const text = await start("--accounts", "3", "--seed", "2");
  const value = String.raw`\S+`;
  expect(text).toMatch(
    new RegExp(`^export PINTEREST_API_URL=http://127\\.0\\.0\\.1:${value}/v5
export PINTEREST_ACCESS_TOKEN=pina_emulator_shop-1_${value}
# process ID ${process.pid}; stop it with Ctrl-C, which deletes its data
# 6 integrations in 3 accounts
# To refresh tokens: app ${value}, secret ${value}, refresh token pinr_${value}
# Token of the account shop-2: pina_${value}
# Token of the account shop-3: pina_${value}
# Administration: http://${value}$`),
  );
  const [, url = "", token = ""] = /URL=(\S+)\n.*TOKEN=(\S+)/.exec(text) ?? [];
  const response = await sendTo(url, "GET /integrations", undefined, { authorization: `Bearer ${token}` });
  expect(
    response.body.items.map(({ external_business_id: id }: Record<string, string>) => id).sort(),
  ).toEqual(["shop-1-store-1", "shop-1-store-2"]);
});

test("prints one line with --json, with tokens in the form of pinterest:accounts, and accepts switches", async () => {
  const switches = ["--switch", "generation=5.28", "--switch", "readLag=2"];
  const text = await start("--json", "--seed", "2", ...switches);
  expect(text).not.toContain("\n");
  const { url, administrationUrl, tokens, accounts } = JSON.parse(text);
  expect(accounts).toMatchObject([
    { name: "shop-1", integrations: 2 },
    { name: "shop-2", integrations: 2, refreshToken: expect.stringContaining("pinr_") },
  ]);
  expect((await sendTo(administrationUrl, "GET ")).body.switches).toMatchObject({
    generation: "5.28",
    // The default of this generation.
    createStatus: 201,
    readLag: 2,
  });
  const authorization = `Bearer ${tokens["shop-2"]}`;
  expect(await sendTo(url, "GET /integrations", undefined, { authorization })).toMatchObject({ status: 200 });
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "exits with 0 on %s, even with an open connection",
  async (signal) => {
    const [, url = ""] = /URL=(\S+)/.exec(await start()) ?? [];
    await sendTo(url, "GET /integrations");
    process.emit(signal);
    expect(await running).toBe(0);
    running = undefined;
    await expect(sendTo(url, "GET /integrations")).rejects.toThrow();
  },
);

test("reports a port that is in use", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as AddressInfo;
  const terminal = recordingTerminal();
  expect(await runCommandLine(["emulator", "--port", String(port)], terminal, {})).toBe(1);
  await new Promise((resolve) => blocker.close(resolve));
  expect([terminal.output(), terminal.notes()]).toEqual([
    "",
    `error: The emulator cannot listen: port ${port} is in use. Stop the other program, which may be an emulator, or use another port.\n`,
  ]);
});

test.each([
  ["--port http", ["--port", "'http'", "from 0 to 65535"]],
  ["--seed 100000 --accounts 11", ["--seed 100000", "--accounts 11", "1000000 integrations in total"]],
  ["--switch speed=9", ["--switch", "'speed'", "generation, "]],
  ["--switch recordSecrets=no", ["--switch", "'no'", '"shown"|"null"|"masked"|"omitted"']],
])("refuses the options %s, and names the allowed values", async (options, messages) => {
  const terminal = recordingTerminal();
  expect(await runCommandLine(["emulator", ...options.split(" ")], terminal, {})).toBe(exitCodes.usage);
  expect(terminal.output()).toBe("");
  for (const message of messages) expect(terminal.notes()).toContain(message);
  expect(terminal.notes()).not.toContain("    at ");
});
