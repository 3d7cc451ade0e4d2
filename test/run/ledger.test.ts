import { spawnSync } from "node:child_process";
import fs, {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { directoryOfRuns, RunLedger } from "../../provider/run/ledger";

const engine = "127.0.0.1:41235";
const another = "127.0.0.1:41236";
const shop = { externalBusinessId: "shop", account: "a", integrationId: "7" };

let base: string;
let directory: string;

const opened: RunLedger[] = [];

/** The ledger of one process of the run. */
function ledgerOf(address = engine): RunLedger {
  const ledger = new RunLedger(address);
  opened.push(ledger);
  return ledger;
}

/** Windows does not delete directories with open files. */
function closeLedgers(): void {
  for (const ledger of opened.splice(0)) ledger.close();
}

beforeEach(() => {
  base = mkdtempSync(join(os.tmpdir(), "pinterest-ledger-"));
  directory = join(base, "runs");
  RunLedger.directory = directory;
});

const realDirectory = RunLedger.directory;

afterEach(() => {
  jest.restoreAllMocks();
  RunLedger.directory = realDirectory;
  closeLedgers();
  rmSync(base, { recursive: true, force: true });
});

const files = () => readdirSync(directory).map((name) => join(directory, name));
const onlyFile = () => {
  expect(files()).toHaveLength(1);
  return String(files()[0]);
};

test("records are in a directory that environment variables do not change, or in the user's own on Windows", () => {
  // The value of TMPDIR.
  jest.spyOn(os, "tmpdir").mockReturnValue(base);
  expect(directoryOfRuns("darwin")).toBe(`/tmp/pulumi-pinterest-runs-${process.getuid?.()}`);
  expect(directoryOfRuns("win32")).toBe(join(base, "pulumi-pinterest-runs"));
});

describe("records", () => {
  test("are shared only by the processes of one run", () => {
    const program = ledgerOf();
    const provider = ledgerOf();
    program.record("held", shop);
    program.note("account", { account: "ü \"'\n" });
    provider.note("program");
    for (const ledger of [program, provider, ledgerOf()]) {
      expect(ledger.knownRecords().about("shop")).toEqual([{ event: "held", ...shop }]);
      expect(ledger.knownRecords().notes("program")).toHaveLength(1);
      expect([...ledger.knownRecords().accounts]).toEqual(["ü \"'\n"]);
    }
    expect(ledgerOf(another).knownRecords().about("shop")).toEqual([]);
    expect(ledgerOf(another).knownRecords().notes("program")).toEqual([]);
  });

  test("stay for the other processes if one leaves the run, which then cannot decide about deletions", () => {
    const leaving = ledgerOf();
    leaving.record("held", shop);
    leaving.close();
    leaving.record("held", { externalBusinessId: "later" });
    expect(() => leaving.completeRecords()).toThrow("this process has left the run");
    const records = ledgerOf().knownRecords();
    expect(records.about("shop")).toMatchObject([shop]);
    expect(records.about("later")).toEqual([]);
  });

  test("contain only names and IDs", () => {
    const outputs = { ...shop, uid: "u", urn: "urn", managed: "t", partnerAccessToken: "5ecret" };
    ledgerOf().record("held", outputs);
    expect(readFileSync(onlyFile(), "utf8")).not.toContain("5ecret");
  });

  test("are read as they are added, and each once", () => {
    const [writer, reader] = [ledgerOf(), ledgerOf()];
    for (const number of [1, 2, 3]) {
      writer.record("deleting", { ...shop, externalBusinessId: `shop-${number}` });
      expect(reader.knownRecords().requestedDeletions).toBe(number);
    }
  });

  test("show which IDs state has, without missing ones", () => {
    const ledger = ledgerOf();
    ledger.record("held", { ...shop, uid: "u", urn: "a" });
    ledger.record("held", { externalBusinessId: "missing", uid: "m", urn: "b" });
    expect(ledgerOf().knownRecords().heldIds()).toEqual(["shop", "missing"]);
    ledger.record("removed", { externalBusinessId: "missing", uid: "m", urn: "b" });
    expect(ledgerOf().knownRecords().heldIds()).toEqual(["shop"]);
    expect(ledgerOf().knownRecords().heldIds("b")).toEqual([]);
  });

  test("show the creates that have not ended", () => {
    const ledger = ledgerOf();
    for (const event of ["planned", "creating"] as const) ledger.record(event, { ...shop, urn: "a" });
    ledger.record("planned", { externalBusinessId: "other" });
    expect(ledgerOf().knownRecords().unfinishedCreates).toMatchObject([
      { event: "creating" },
      { event: "planned" },
    ]);
    // Another account's integration with the same external business ID.
    ledger.record("created", { ...shop, account: "b", uid: "v" });
    expect(ledgerOf().knownRecords().unfinishedCreates).toHaveLength(2);
    ledger.record("created", { ...shop, uid: "u" });
    ledger.record("wanted", { externalBusinessId: "other" });
    expect(ledgerOf().knownRecords().unfinishedCreates).toEqual([]);
  });

  test("of a process that was killed while writing a line do not corrupt others", () => {
    const [killed, other] = [ledgerOf(), ledgerOf()];
    killed.record("held", shop);
    const file = onlyFile();
    appendFileSync(file, '\n{"event":"held","externalBu');
    other.record("held", { ...shop, uid: "u" });
    expect(other.knownRecords().about("shop")).toHaveLength(2);
    // The rest of a line that another process is writing is read later.
    appendFileSync(file, '\n{"event":"held","externalBu');
    expect(other.knownRecords().about("late")).toEqual([]);
    appendFileSync(file, 'sinessId":"late"}\n');
    expect(other.knownRecords().about("late")).toEqual([{ event: "held", externalBusinessId: "late" }]);
  });

  test.each(["", "engine", "127.0.0.1", "../../x:1", "unix:/tmp/x", "127.0.0.1:port"])(
    "with the address %j are kept only in this process",
    (address) => {
      const ledger = ledgerOf(address);
      ledger.record("held", shop);
      ledger.note("account", { account: "a" });
      expect(ledger.knownRecords().about("shop")).toMatchObject([shop]);
      expect([...ledger.knownRecords().accounts]).toEqual(["a"]);
      expect(readdirSync(base)).toEqual([]);
    },
  );
});

/** Replaces the IDs of processes in the files by that of a process that has ended. */
function endProcesses(): void {
  closeLedgers();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (const path of files()) {
    const lines = readFileSync(path, "utf8").replaceAll(`"pid":${process.pid}`, `"pid":${pid}`);
    writeFileSync(path, lines);
  }
}

describe("the records of a run", () => {
  test("do not include those of an earlier engine with the same address", () => {
    ledgerOf().record("held", shop);
    expect(ledgerOf().knownRecords().about("shop")).toHaveLength(1);
    endProcesses();
    expect(ledgerOf().knownRecords().about("shop")).toEqual([]);
  });

  test("belong to the run while one of its processes is running, however old they are", () => {
    ledgerOf().record("held", shop);
    endProcesses();
    const line = JSON.stringify({ pid: process.pid });
    appendFileSync(onlyFile(), `\n${line}\n`);
    utimesSync(onlyFile(), 0, 0);
    expect(ledgerOf().knownRecords().about("shop")).toHaveLength(1);
  });

  test("of earlier runs are removed by the next command", () => {
    ledgerOf(another).record("held", shop);
    endProcesses();
    ledgerOf().record("held", shop);
    expect(files()).toHaveLength(2);
    expect(RunLedger.takeInterruptedCreates("urn:pulumi:dev::shops::t::n", { isPreview: false })).toEqual([]);
    expect(onlyFile()).toContain("41235");
  });

  test("show the interrupted creates to the next command of the same stack", () => {
    const interrupted = { ...shop, urn: "urn:pulumi:dev::shops::t::n" };
    ledgerOf().record("creating", interrupted);
    endProcesses();
    expect(RunLedger.takeInterruptedCreates("urn:pulumi:prod::shops::t::n", { isPreview: false })).toEqual(
      [],
    );
    expect(RunLedger.takeInterruptedCreates(interrupted.urn, { isPreview: true })).toMatchObject([
      interrupted,
    ]);
    expect(
      RunLedger.takeInterruptedCreates("urn:pulumi:dev::shops::parent$t::other", { isPreview: false }),
    ).toMatchObject([interrupted]);
    expect(files()).toEqual([]);
  });

  const created = { ...shop, urn: "urn:pulumi:dev::shops::t::n", uid: "u" };

  test("do not show creates that have ended, if the engine closed its providers", () => {
    const ledger = ledgerOf();
    for (const event of ["creating", "created"] as const) ledger.record(event, created);
    ledger.note("closed");
    endProcesses();
    expect(RunLedger.takeInterruptedCreates(created.urn, { isPreview: false })).toEqual([]);
  });

  test("show creates that have ended if the engine did not close its providers, because state may lack them", () => {
    const ledger = ledgerOf();
    for (const event of ["creating", "created"] as const) ledger.record(event, created);
    endProcesses();
    expect(RunLedger.takeInterruptedCreates(created.urn, { isPreview: false })).toHaveLength(1);
  });

  test("show the interrupted creates of an engine that has ended, although a process of its run goes on", () => {
    const interrupted = { ...shop, urn: "urn:pulumi:dev::shops::t::n" };
    const ledger = ledgerOf();
    ledger.record("creating", interrupted);
    ledger.end();
    expect(ledgerOf().knownRecords().about("shop")).toEqual([]);
    expect(RunLedger.takeInterruptedCreates(interrupted.urn, { isPreview: false })).toMatchObject([
      interrupted,
    ]);
    expect(files()).toHaveLength(1);
    expect(onlyFile()).not.toContain("ended");
  });

  test("are not removed while a process of another run creates its file", () => {
    const open = fs.openSync;
    const spy = jest.spyOn(fs, "openSync").mockImplementationOnce((path, ...more) => {
      const file = open(path, ...more);
      RunLedger.takeInterruptedCreates("urn:pulumi:dev::shops::t::n", { isPreview: false });
      return file;
    });
    ledgerOf().record("held", shop);
    spy.mockRestore();
    expect(ledgerOf().completeRecords().about("shop")).toHaveLength(1);
    expect(files()).toHaveLength(1);
  });
});

describe.each([
  ["is deleted", (path: string) => rmSync(path)],
  ["becomes shorter", (path: string) => truncateSync(path, readFileSync(path, "utf8").indexOf("\n") + 1)],
  [
    "is replaced by that of another run",
    (path: string) => {
      renameSync(path, `${path}.old`);
      writeFileSync(path, readFileSync(`${path}.old`));
    },
  ],
])("a file that %s during the run", (_what, change) => {
  test("fails deletions in every process that has used it", () => {
    const [program, provider] = [ledgerOf(), ledgerOf()];
    program.record("held", shop);
    expect(provider.knownRecords().about("shop")).toHaveLength(1);
    change(onlyFile());
    expect(() => provider.completeRecords()).toThrow(/is incomplete/);
    expect(() => program.completeRecords()).toThrow(/is incomplete/);
  });
});

describe("a record that cannot be written", () => {
  const full = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };

  test("fails operations that depend on the records, in every process of the run", () => {
    const [program, provider] = [ledgerOf(), ledgerOf()];
    provider.record("deleting", shop);
    expect(program.knownRecords().about("shop")).toHaveLength(1);
    const spy = jest.spyOn(fs, "appendFileSync").mockImplementation(full);
    expect(() => program.record("held", shop)).not.toThrow();
    spy.mockRestore();
    for (const ledger of [program, provider, ledgerOf()]) {
      expect(() => ledger.completeRecords()).toThrow(
        /the record of this run \(.*\) is incomplete: .*disk has space/s,
      );
      expect(ledger.knownRecords().about("shop")).toEqual([]);
    }
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
    expect(() => ledgerOf().completeRecords()).toThrow(/must be a directory that you own/);
  });

  test("make a directory unusable if they own it", () => {
    mkdirSync(directory, { mode: 0o700 });
    const real = fs.lstatSync;
    // Only root can give a directory to another user, and tests run as any user.
    jest.spyOn(fs, "lstatSync").mockImplementation(((path: string) => {
      const stats = real(path);
      return path === directory ? Object.assign(stats, { uid: stats.uid + 1 }) : stats;
    }) as typeof fs.lstatSync);
    expect(() => ledgerOf().completeRecords()).toThrow(/must be a directory that you own/);
  });

  test("cannot redirect the records with a link", () => {
    const target = join(base, "target");
    mkdirSync(target, { mode: 0o700 });
    symlinkSync(target, directory);
    const ledger = ledgerOf();
    ledger.record("held", shop);
    expect(() => ledger.completeRecords()).toThrow(/must be a directory that you own/);
    expect(readdirSync(target)).toEqual([]);
  });
});
