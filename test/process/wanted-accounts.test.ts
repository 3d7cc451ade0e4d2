import { spawn } from "node:child_process";
import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/process/provider-process";
import {
  readWantedAccounts,
  removeLeftovers,
  removeWantedAccounts,
  writeWantedAccounts,
} from "../../provider/process/wanted-accounts";

const engine = "127.0.0.1:41235";

let base: string;
let directory: string;

beforeEach(() => {
  base = mkdtempSync(join(os.tmpdir(), "pinterest-wanted-"));
  directory = join(base, `pulumi-pinterest-accounts-${process.getuid?.() ?? "user"}`);
  jest.spyOn(os, "tmpdir").mockReturnValue(base);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(base, { recursive: true, force: true });
});

const files = () => readdirSync(directory).map((name) => join(directory, name));
const onlyFile = () => {
  expect(files()).toHaveLength(1);
  return files()[0] ?? "";
};

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.on("exit", resolve));
  return child.pid ?? 0;
}

test("what the program says last is read by the process of the same engine, and of no other", () => {
  writeWantedAccounts(engine, ["a"]);
  writeWantedAccounts(engine, new Set(["a", "b", "ü \"'"]));
  expect(readWantedAccounts(engine, ["b"])).toEqual(["a", "b", "ü \"'"]);
  expect(readWantedAccounts("127.0.0.1:41236", ["b"])).toEqual([]);
});

test("a command that is asked for none of the program's accounts is not asked for the program's", () => {
  writeWantedAccounts(engine, ["a", "b"]);
  expect(readWantedAccounts(engine, ["of-an-explicit-provider"])).toEqual([]);
  expect(readWantedAccounts(engine, [])).toEqual([]);
});

test("what the program took back is gone, and taking it back again is nothing", () => {
  writeWantedAccounts(engine, ["a"]);
  removeWantedAccounts(engine);
  expect(files()).toEqual([]);
  expect(readWantedAccounts(engine, ["a"])).toEqual([]);
  expect(() => removeWantedAccounts(engine)).not.toThrow();
});

test("what a program left that was killed is not believed", async () => {
  writeWantedAccounts(engine, ["a", "b"]);
  const file = onlyFile();
  const pid = await endedProcess();
  writeFileSync(file, readFileSync(file, "utf8").replace(String(process.pid), String(pid)));
  expect(readFileSync(file, "utf8")).toContain(String(pid));
  expect(readWantedAccounts(engine, ["a"])).toEqual([]);
});

test("it is removed after a day", () => {
  writeWantedAccounts(engine, ["a"]);
  writeWantedAccounts("127.0.0.1:41236", ["a"]);
  const [old, young] = files() as [string, string];
  utimesSync(old, new Date(), new Date(Date.now() - 86_500_000));
  removeLeftovers();
  expect(files()).toEqual([young]);
});

test.each([
  ["nothing", ""],
  ["half of a file", '{"pid":'],
  ["no object", "null"],
  ["no process", '{"pid":"1","accounts":["a"]}'],
  ["a group of processes", `{"pid":-${process.pid},"accounts":["a"]}`],
  ["this process's group", '{"pid":0,"accounts":["a"]}'],
  ["no list", `{"pid":${process.pid},"accounts":"a"}`],
  ["too much", `{"pid":${process.pid},"accounts":["a"]}${" ".repeat(5_000_000)}`],
])("a file that holds %s says nothing", (_what, text) => {
  writeWantedAccounts(engine, ["a"]);
  writeFileSync(onlyFile(), text);
  expect(readWantedAccounts(engine, ["a"])).toEqual([]);
});

test("of a list, only texts are names", () => {
  writeWantedAccounts(engine, ["a"]);
  writeFileSync(onlyFile(), `{"pid":${process.pid},"accounts":["a",1,null,{"b":1},"c"]}`);
  expect(readWantedAccounts(engine, ["a"])).toEqual(["a", "c"]);
});

test.each(["", "engine", "127.0.0.1", "../../x:1", "unix:/tmp/x", "127.0.0.1:port"])(
  "with %j for an address nothing is written, read or removed",
  (address) => {
    writeWantedAccounts(address, ["a"]);
    expect(readdirSync(base)).toEqual([]);
    expect(readWantedAccounts(address, ["a"])).toEqual([]);
    expect(() => removeWantedAccounts(address)).not.toThrow();
  },
);

test("the provider asks the command for the program's accounts with the first that it needs, but for those that have a token", async () => {
  const emulator = await startEmulator();
  try {
    const runs = join(base, "runs");
    const command = `require("node:fs").appendFileSync(${JSON.stringify(runs)}, require("node:fs").readFileSync(0));
      console.log(${JSON.stringify(JSON.stringify({ a: emulator.token("shop-1"), b: emulator.token("shop-2") }))});`;
    const provider = new DynamicProvider(new ProviderProcess({ engine }));
    const values = {
      "pinterest:apiUrl": emulator.url,
      "pinterest:accountCommand": JSON.stringify([process.execPath, "-e", command]),
      "pinterest:accounts": JSON.stringify({ configured: "pina_x" }),
    };
    await provider.configure({ config: new Config(values, "some-project") });
    // Only now: a program may have more to say until the command is run.
    writeWantedAccounts(engine, ["configured", "a", "b", "c"]);
    await provider.create({ externalBusinessId: "shop-1", account: "b", __provider: "text" });
    expect(readFileSync(runs, "utf8")).toBe('{"accounts":["b","a","c"]}\n');
  } finally {
    await emulator.stop();
  }
});

const onlyWithModes = process.getuid === undefined ? describe.skip : describe;
if (process.getuid === undefined) console.log("skipped on Windows: what modes of files allow");

onlyWithModes("others on the machine", () => {
  const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

  test("can neither read nor replace what the program says", () => {
    writeWantedAccounts(engine, ["a"]);
    expect([modeOf(directory), modeOf(onlyFile())]).toEqual(["700", "600"]);
  });

  test("find nothing in a directory that they can open", () => {
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    writeWantedAccounts(engine, ["a"]);
    expect(files()).toEqual([]);
  });

  test("are not believed, where they can write", () => {
    writeWantedAccounts(engine, ["a"]);
    chmodSync(directory, 0o770);
    expect(readWantedAccounts(engine, ["a"])).toEqual([]);
    chmodSync(directory, 0o700);
    chmodSync(onlyFile(), 0o620);
    expect(readWantedAccounts(engine, ["a"])).toEqual([]);
    chmodSync(onlyFile(), 0o600);
    expect(readWantedAccounts(engine, ["a"])).toEqual(["a"]);
  });

  test("are not believed for what is theirs", () => {
    writeWantedAccounts(engine, ["a"]);
    const real = fs.lstatSync;
    // Only the superuser can give files away, and this may run as anybody.
    for (const theirs of [directory, onlyFile()]) {
      const lstat = jest.spyOn(fs, "lstatSync").mockImplementation(((path: string, options: object) => {
        const stats = real(path, { ...options, bigint: true });
        return path === theirs ? Object.assign(stats, { uid: stats.uid + 1n }) : stats;
      }) as typeof fs.lstatSync);
      expect(readWantedAccounts(engine, ["a"])).toEqual([]);
      lstat.mockRestore();
      expect(readWantedAccounts(engine, ["a"])).toEqual(["a"]);
    }
  });

  test("cannot lead it elsewhere with a link", () => {
    const elsewhere = join(base, "elsewhere");
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, directory);
    writeWantedAccounts(engine, ["a"]);
    expect(readdirSync(elsewhere)).toEqual([]);
    writeFileSync(join(elsewhere, "127.0.0.1-41235.json"), `{"pid":${process.pid},"accounts":["a"]}`, {
      mode: 0o600,
    });
    expect(readWantedAccounts(engine, ["a"])).toEqual([]);
    removeWantedAccounts(engine);
    removeLeftovers(Date.now() + 2 * 86_400_000);
    expect(readdirSync(elsewhere)).toEqual(["127.0.0.1-41235.json"]);
  });
});
