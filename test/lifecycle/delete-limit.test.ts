import fs, { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { expect, jest, test } from "@jest/globals";
import { RunLedger } from "../../provider/run/ledger";
import { temporaryDirectory } from "../temporary-directory";
import { failureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { type Stage, stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

type Process = ReturnType<Stage["process"]>;

const remove = (process: Process, number: number) =>
  process.delete(`seed-${number}`, { externalBusinessId: `seed-${number}` });
const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const remaining = () => stage.emulator.integrations().length;

test("deletes any number without a limit, and does not wait", async () => {
  stage.emulator.seed(30);
  const process = stage.process();
  await Promise.all(numbersTo(30).map((number) => remove(process, number)));
  expect(remaining()).toBe(0);
  expect(stage.pauses).toEqual([]);
});

test("deletes as many as the limit, in parallel or in sequence", async () => {
  stage.emulator.seed(20);
  const process = stage.process({ deleteLimit: 20 });
  await Promise.all(numbersTo(10).map((number) => remove(process, number)));
  for (const number of numbersTo(10)) await remove(process, number + 10);
  expect(remaining()).toBe(0);
});

test("refuses each deletion without a request if more than the limit are requested in parallel, and later ones", async () => {
  stage.emulator.seed(9);
  const process = stage.process({ deleteLimit: 7 });
  const failures = await Promise.all(numbersTo(8).map((number) => failureOf(remove(process, number))));
  failures.push(await failureOf(remove(process, 9)));
  for (const { message } of failures) expect(message).toContain("nothing was deleted");
  expect(remaining()).toBe(9);
  expect(stage.methods()).toEqual([]);
});

test("counts deletions together if they are requested in sequence without a pause", async () => {
  stage.emulator.seed(3);
  const waits: (() => void)[] = [];
  const sleep = () => new Promise<void>((resolve) => waits.push(resolve));
  const process = stage.process({ deleteLimit: 2, sleep });
  const first = failureOf(remove(process, 1));
  const second = failureOf(remove(process, 2));
  await setImmediate();
  // If the number of deletions has grown during a wait, there is another wait.
  waits[0]?.();
  await setImmediate();
  expect(waits).toHaveLength(2);
  const third = failureOf(remove(process, 3));
  for (const pass of [1, 2]) {
    waits[pass]?.();
    await setImmediate();
  }
  for (const { message } of await Promise.all([first, second, third])) {
    expect(message).toContain("nothing was deleted");
  }
  expect(remaining()).toBe(3);
});

test("does not wait for later deletions", async () => {
  stage.emulator.seed(3);
  const process = stage.process({ deleteLimit: 3 });
  for (const number of numbersTo(3)) await remove(process, number);
  expect(stage.pauses).toHaveLength(1);
});

test("waits for deletions in progress before it reports their number", async () => {
  stage.emulator.seed(3);
  const process = stage.process({ deleteLimit: 1 });
  let second: Promise<Error> | undefined;
  stage.emulator.onRequest(({ operation }) => {
    if (operation === "delete") second = failureOf(remove(process, 2));
  });
  await remove(process, 1);
  expect((await second)?.message).toContain("1 was deleted");
});

test("counts the deletion of a replacement", async () => {
  stage.emulator.seed(2);
  const process = stage.process({ deleteLimit: 1 });
  await remove(process, 1);
  await process.create({ externalBusinessId: "seed-1" });
  await failureOf(remove(process, 2));
});

test("starts at 0 in another run", async () => {
  stage.emulator.seed(2);
  await remove(stage.process({ deleteLimit: 1 }), 1);
  await remove(stage.process({ deleteLimit: 1 }), 2);
  expect(remaining()).toBe(0);
});

test("a create does not wait for a delete that has failed", async () => {
  stage.emulator.seed(1);
  const process = stage.process({ deleteLimit: 0 });
  await failureOf(remove(process, 1));
  stage.pauses.length = 0;
  await process.create({ externalBusinessId: "seed-1" });
  expect(stage.pauses).toEqual([]);
});

test("counts an integration that is only removed from state", async () => {
  stage.emulator.seed(3);
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ deleteLimit: 2, whenUnreachable: "forget" });
  const outcomes = await Promise.allSettled(numbersTo(3).map((number) => remove(process, number)));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});

test("decides about deletions at once if their wait is canceled", async () => {
  stage.emulator.seed(2);
  const process = stage.process({ deleteLimit: 2, sleep: () => Promise.reject(new Error("canceled")) });
  await Promise.all(numbersTo(2).map((number) => remove(process, number)));
  expect(remaining()).toBe(0);
});

test("keeps an integration that another resource takes during the wait", async () => {
  stage.emulator.seed(1);
  const ledger = new RunLedger();
  const sleep = async () => ledger.record("held", { externalBusinessId: "seed-1", urn: "another" });
  await remove(openOperations(stage.dependencies({ deleteLimit: 1, sleep }), ledger), 1);
  expect([remaining(), stage.methods()]).toEqual([1, []]);
  expect(stage.notes).toMatchObject([expect.stringContaining("seed-1")]);
});

const { directory: realDirectory } = RunLedger;
const lostRecords: Record<string, () => void> = {
  "are deleted during the wait": () => rmSync(RunLedger.directory, { recursive: true }),
  "cannot be written during the wait": () => {
    jest.spyOn(fs, "appendFileSync").mockImplementation(() => {
      throw new Error("ENOSPC");
    });
  },
};

test.each(Object.entries(lostRecords))(
  "deletes nothing if the records of the run %s",
  async (_what, loseRecords) => {
    stage.emulator.seed(2);
    RunLedger.directory = temporaryDirectory();
    const ledger = new RunLedger("127.0.0.1:41235");
    const sleep = async () => {
      loseRecords();
      ledger.note("closed");
    };
    const process = openOperations(stage.dependencies({ deleteLimit: 2, sleep }), ledger);
    try {
      const failures = await Promise.all([1, 2].map((number) => failureOf(remove(process, number))));
      for (const { message } of failures) expect(message).toContain("is incomplete");
      expect(remaining()).toBe(2);
    } finally {
      ledger.close();
      jest.restoreAllMocks();
      RunLedger.directory = realDirectory;
    }
  },
);
