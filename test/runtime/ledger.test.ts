import fs, {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { RunLedger } from "../../provider/lifecycle/ledger";
import { ProviderProcess } from "../../provider/runtime/provider-process";
import { FakeEngine } from "./helpers/fake-engine";

const engine = "127.0.0.1:41235";
const another = "127.0.0.1:41236";
const shop = { externalBusinessId: "shop", account: "a", integrationId: "7" };

let base: string;
let directory: string;

/** The ledger of one process of the run. */
const ledgerOf = (address = engine) => new RunLedger(address);

beforeEach(() => {
  base = mkdtempSync(join(os.tmpdir(), "pinterest-ledger-"));
  directory = join(base, `pulumi-pinterest-runs-${process.getuid?.() ?? "user"}`);
  jest.spyOn(os, "tmpdir").mockReturnValue(base);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(base, { recursive: true, force: true });
});

const files = () => readdirSync(directory).map((name) => join(directory, name));
const onlyFile = () => {
  expect(files()).toHaveLength(1);
  return String(files()[0]);
};

describe("records", () => {
  test("are shared only by the processes of one run", () => {
    const program = ledgerOf();
    const provider = ledgerOf();
    program.record("held", shop);
    program.note("account", "ü \"'\n");
    provider.note("checks");
    for (const ledger of [program, provider, ledgerOf()]) {
      expect(ledger.about("shop")).toEqual([{ event: "held", ...shop }]);
      expect(ledger.count("checks")).toBe(1);
      expect([...ledger.accounts]).toEqual(["ü \"'\n"]);
    }
    expect(ledgerOf(another).about("shop")).toEqual([]);
    expect(ledgerOf(another).count("checks")).toBe(0);
  });

  test("are read but not written by a process of a run that deletes nothing", () => {
    const reader = new RunLedger(engine, true);
    reader.record("held", shop);
    reader.note("checks");
    expect(readdirSync(base)).toEqual([]);
    expect(reader.about("shop")).toMatchObject([shop]);
    ledgerOf().note("account", "a");
    expect([...reader.accounts]).toEqual(["a"]);
  });

  test("are read as they are added, and each once", () => {
    const [writer, reader] = [ledgerOf(), ledgerOf()];
    for (const number of [1, 2, 3]) {
      writer.record("deleting", { ...shop, externalBusinessId: `shop-${number}` });
      expect(reader.count("deleting")).toBe(number);
    }
  });

  test("of 64 concurrent writers are complete", () => {
    const writers = Array.from({ length: 64 }, () => ledgerOf());
    for (const round of [1, 2, 3, 4, 5]) {
      for (const [index, writer] of writers.entries()) {
        writer.record("held", { externalBusinessId: `shop-${round}-${index}`, uid: "u" });
        writer.record("deleting", shop);
      }
    }
    expect(writers[63]?.count("deleting")).toBe(320);
    for (const round of [1, 5]) expect(writers[0]?.about(`shop-${round}-17`)).toHaveLength(1);
  });

  test("keep one entry for a resource, so that thousands take little memory", () => {
    const ledger = ledgerOf();
    ledger.record("creating", { externalBusinessId: "shop", account: "a" });
    ledger.record("held", { ...shop, uid: "u" });
    ledger.record("held", { ...shop, uid: "u" });
    expect(ledger.about("shop")).toEqual([{ event: "held", ...shop, uid: "u" }]);
  });

  test("of a process that was killed while writing a line do not corrupt others", () => {
    const [killed, other] = [ledgerOf(), ledgerOf()];
    killed.record("held", shop);
    const file = onlyFile();
    appendFileSync(file, '\n{"event":"held","externalBu');
    other.record("held", { ...shop, uid: "u" });
    expect(other.about("shop")).toHaveLength(2);
    // The rest of a line that another process is writing is read later.
    appendFileSync(file, '\n{"event":"held","externalBu');
    expect(other.about("late")).toEqual([]);
    appendFileSync(file, 'sinessId":"late"}\n');
    expect(other.about("late")).toEqual([{ event: "held", externalBusinessId: "late" }]);
  });

  test.each(["", "engine", "127.0.0.1", "../../x:1", "unix:/tmp/x", "127.0.0.1:port"])(
    "with the address %j are kept only in this process",
    (address) => {
      const ledger = ledgerOf(address);
      ledger.record("held", shop);
      ledger.note("account", "a");
      ledger.note("checks");
      expect(ledger.about("shop")).toMatchObject([shop]);
      expect([...ledger.accounts]).toEqual(["a"]);
      expect(ledger.count("checks")).toBe(1);
      expect(readdirSync(base)).toEqual([]);
    },
  );
});

describe("the records of a run", () => {
  const setAge = (milliseconds: number) => {
    const time = new Date(Date.now() - milliseconds);
    for (const path of files()) utimesSync(path, time, time);
  };

  test("do not include those of an earlier engine with the same address", async () => {
    if (process.platform !== "linux") {
      console.log("skipped: only Linux shows the inode of a socket");
      return;
    }
    const first = await FakeEngine.start();
    const { address } = first;
    ledgerOf(address).record("held", shop);
    expect(ledgerOf(address).about("shop")).toHaveLength(1);
    await first.stop();
    const second = await FakeEngine.start(undefined, Number(address.split(":")[1]));
    expect(second.address).toBe(address);
    expect(ledgerOf(address).about("shop")).toEqual([]);
    await second.stop();
  });

  test("expire after ten minutes if the engine's socket is not known", () => {
    ledgerOf().record("held", shop);
    setAge(599_000);
    expect(ledgerOf().about("shop")).toHaveLength(1);
    setAge(601_000);
    expect(ledgerOf().about("shop")).toEqual([]);
  });

  test("of other runs are removed after a day", () => {
    ledgerOf().record("held", shop);
    setAge(86_300_000);
    ledgerOf(another).note("checks");
    expect(files()).toHaveLength(2);
    setAge(86_500_000);
    ledgerOf("127.0.0.1:41237").note("checks");
    expect(onlyFile()).toContain("41237");
  });

  test("are removed with their engine", () => {
    const ledger = ledgerOf();
    ledger.record("held", shop);
    ledger.remove();
    expect(files()).toEqual([]);
  });
});

describe("a record that cannot be written", () => {
  const full = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };

  test("fails operations that depend on the records, in every process of the run", () => {
    const [program, provider] = [ledgerOf(), ledgerOf()];
    provider.record("deleting", shop);
    expect(program.about("shop")).toHaveLength(1);
    const spy = jest.spyOn(fs, "appendFileSync").mockImplementation(full);
    expect(() => program.record("held", shop)).not.toThrow();
    spy.mockRestore();
    for (const ledger of [program, provider, ledgerOf()]) {
      expect(() => ledger.assertComplete()).toThrow(/the record of this run \(.*\) is incomplete: .*TMPDIR/s);
      // A create does not wait for the end of the deletion, which cannot be recorded.
      expect(ledger.about("shop")).toEqual([]);
    }
  });

  test("also fails them if the directory cannot be created", () => {
    const spy = jest.spyOn(fs, "mkdirSync").mockImplementation(full as typeof fs.mkdirSync);
    const ledger = ledgerOf();
    expect(() => ledger.record("held", shop)).not.toThrow();
    expect(() => ledger.assertComplete()).toThrow(/ENOSPC/);
    spy.mockRestore();
    expect(() => ledger.assertComplete()).toThrow(/ENOSPC/);
    expect([...ledger.accounts]).toEqual([]);
  });
});

const onlyWithModes = process.getuid === undefined ? describe.skip : describe;
if (process.getuid === undefined) console.log("skipped on Windows: file modes");

onlyWithModes("other users", () => {
  const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

  test("can neither read nor replace the records", () => {
    ledgerOf().record("held", shop);
    expect([directory, onlyFile()].map(modeOf)).toEqual(["700", "600"]);
  });

  test.each(["read", "write"])("make a directory unusable if they can %s it", (right) => {
    mkdirSync(directory);
    chmodSync(directory, right === "read" ? 0o755 : 0o770);
    expect(() => ledgerOf().assertComplete()).toThrow(/must be a directory that you own/);
  });

  test("make a directory unusable if they own it", () => {
    mkdirSync(directory, { mode: 0o700 });
    const real = fs.lstatSync;
    // Only root can give a directory to another user, and tests run as any user.
    jest.spyOn(fs, "lstatSync").mockImplementation(((path: string) => {
      const stats = real(path);
      return path === directory ? Object.assign(stats, { uid: stats.uid + 1 }) : stats;
    }) as typeof fs.lstatSync);
    expect(() => ledgerOf().assertComplete()).toThrow(/must be a directory that you own/);
  });

  test("cannot redirect the records with a link", () => {
    const target = join(base, "target");
    mkdirSync(target, { mode: 0o700 });
    symlinkSync(target, directory);
    const ledger = ledgerOf();
    ledger.record("held", shop);
    expect(() => ledger.assertComplete()).toThrow(/must be a directory that you own/);
    expect(readdirSync(target)).toEqual([]);
  });
});

test("passes the program's accounts without tokens to one run of the account command", async () => {
  const emulator = await startEmulator();
  try {
    const runs = join(base, "runs");
    const command = `require("node:fs").appendFileSync(${JSON.stringify(runs)}, require("node:fs").readFileSync(0));
      console.log(${JSON.stringify(JSON.stringify({ a: emulator.token("shop-1"), b: emulator.token("shop-2") }))});`;
    const providerProcess = new ProviderProcess({ engine });
    const provider = new DynamicProvider(providerProcess);
    const values = {
      "pinterest:apiUrl": emulator.url,
      "pinterest:accountCommand": JSON.stringify([process.execPath, "-e", command]),
      "pinterest:accounts": JSON.stringify({ configured: "pina_x" }),
    };
    await provider.configure({ config: new Config(values, "some-project") });
    const program = ledgerOf();
    for (const account of ["configured", "a", "b", "c"]) program.note("account", account);
    expect(providerProcess.recordedAccounts(["of-an-explicit-provider"])).toEqual([]);
    await provider.create({ externalBusinessId: "shop-1", account: "b", __provider: "text" });
    expect(readFileSync(runs, "utf8")).toBe('{"accounts":["b","a","c"]}\n');
  } finally {
    await emulator.stop();
  }
});
