import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { sendTo } from "./helpers/emulate";

const root = join(__dirname, "../..");
const started: ChildProcess[] = [];
let directory: string;

// Inside node_modules, where the command's libraries are found as they are from the published package.
beforeAll(() => {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  directory = mkdtempSync(join(cache, "emulator-command-"));
  buildSync({
    entryPoints: [join(root, "emulator/main.ts")],
    outfile: join(directory, "main.cjs"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
  });
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the command. `greeted` has the lines of its greeting, `ended` everything it wrote. */
function command(...args: string[]) {
  const child = spawn(process.execPath, [join(directory, "main.cjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const greeted = new Promise<string[]>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.includes("Administration: ")) resolve(stdout.split("\n"));
    });
    child.once("close", () => reject(new Error(`it ended: ${stdout}${stderr}`)));
  });
  greeted.catch(() => {});
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, greeted, ended };
}

const afterSign = (line: string | undefined) => line?.slice(line.indexOf("=") + 1) ?? "";

test("its first two lines are the environment of the provider, and work", async () => {
  const lines = await command().greeted;
  expect(lines[0]).toMatch(/^PINTEREST_API_URL=http:\/\/127\.0\.0\.1:\d+\/v5$/);
  expect(lines[1]).toMatch(/^PINTEREST_ACCESS_TOKEN=pina_emulator_shop-1_\d+$/);
  const authorization = `Bearer ${afterSign(lines[1])}`;
  const answer = await sendTo(afterSign(lines[0]), "GET /integrations", undefined, { authorization });
  expect(answer).toMatchObject({ status: 200, body: { items: [] } });
});

test("it names the second account's token and the administrative address", async () => {
  const text = (await command().greeted).join("\n");
  const [, token] = /shop-2: (\S+)/.exec(text) ?? [];
  const [, address] = /Administration: (\S+)/.exec(text) ?? [];
  const { body } = await sendTo(address as string, "GET /accounts");
  expect(body[1]).toMatchObject({ name: "shop-2", access_tokens: [token] });
});

test("it names what a token can be refreshed with", async () => {
  const lines = await command().greeted;
  const [, id, secret, refresh_token = ""] =
    /app (\d+), secret (\S+), refresh token (\S+)/.exec(lines.join("\n")) ?? [];
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token });
  const answer = await sendTo(afterSign(lines[0]), "POST /oauth/token", String(form), {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  });
  expect(answer).toMatchObject({ status: 200, body: { token_type: "bearer" } });
});

test("switches and the number of accounts are options", async () => {
  const options = [
    "--switch",
    "generation=5.28",
    "--switch",
    "readLag=2",
    "--accounts",
    "5",
    "--rate-limits",
    "standard",
  ];
  const text = (await command(...options).greeted).join("\n");
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

test("a port in use is an error that says so", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as AddressInfo;
  const { code, stdout, stderr } = await command("--port", String(port)).ended;
  await new Promise((resolve) => blocker.close(resolve));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(`The emulator cannot listen: port ${port} is in use.\n`);
});

test.each([
  [["--port", "http"], "--port takes an integer"],
  [["--port", "70000"], "--port takes an integer"],
  [["--accounts", "0"], "--accounts takes an integer"],
  [["--switch", "speed=9"], "no switch 'speed'"],
  [["--rate-limits", "some"], "rateLimits does not take the value 'some'"],
  [["--fast"], "--fast"],
])("the options %j are an error of one line", async (options, reason) => {
  const { code, stdout, stderr } = await command(...options).ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("--help explains the options and starts nothing", async () => {
  const { code, stdout } = await command("--help").ended;
  expect(code).toBe(0);
  for (const option of ["--port", "--accounts", "--switch", "--help"]) expect(stdout).toContain(option);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it cleanly, with a connection open", async (signal) => {
  const { child, greeted, ended } = command();
  await sendTo(afterSign((await greeted)[0]), "GET /integrations");
  child.kill(signal);
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});
