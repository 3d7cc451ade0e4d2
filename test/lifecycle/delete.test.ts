import fs, { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { describe, expect, jest, test } from "@jest/globals";
import { RunLedger } from "../../provider/run/ledger";
import { deletedBefore, nothingDeleted, stillShown } from "../expected/messages";
import { temporaryDirectory } from "../temporary-directory";
import { failureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { type Stage, stageOfFile } from "./helpers/stage";

// test/promises/deletes, ownership and lost-responses have the deletions of whole commands.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };
const notFound = { kind: "response", status: 404, body: { code: 4180, message: "not found" } } as const;

describe("a deletion whose response is lost", () => {
  test.each([0, undefined])(
    "succeeds without a pause if a read shows that the integration is missing, with the time %s in state",
    async (updatedTimestamp) => {
      const outputs = { ...(await stage.created(inputs)), updatedTimestamp };
      stage.loseResponses("delete", { commit: true });
      await stage.process().delete("shop-1", outputs);
      expect(stage.methods()).toEqual(["DELETE", "GET"]);
      expect(stage.pauses).toEqual([]);
    },
  );

  test("does not rely on a stale read soon after a create", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({ ...notFound, operation: "get", times: 2 });
    stage.loseResponses("delete", { commit: false });
    expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({ outcome: "unknown" });
    expect(stage.emulator.integrations()).toHaveLength(1);
  });
});

test("a 404 fails if a later read shows the integration of a create with an unknown outcome", async () => {
  const { integrationId: _, ...uncertain } = await stage.created(inputs);
  stage.emulator.armFault({ ...notFound, operation: "delete" });
  stage.emulator.setSwitches({ readLag: 1 });
  const { message } = await failureOf(stage.process().delete("shop-1", uncertain));
  expect(message).toContain(stillShown);
  await stage.process().delete("shop-1", uncertain);
  expect(stage.emulator.integrations()).toEqual([]);
});

describe("another resource with the same ID", () => {
  test("in another account does not keep an integration whose owner is not in state", async () => {
    const { connectedUserId: _, ...old } = await stage.created(inputs);
    stage.emulator.remove("shop-1");
    const process = stage.process();
    await process.create({ ...inputs, account: "shop-2" });
    stage.emulator.clearRequests();
    await failureOf(process.delete("shop-1", old));
    expect(stage.methods()).toEqual(["DELETE"]);
  });

  test("that was created in an earlier run does not keep the integration", async () => {
    const old = await stage.created(inputs);
    const process = stage.process();
    await process.delete("shop-1", old);
    const { outputs } = await process.create(inputs);
    await stage.process().delete("shop-1", outputs);
    expect(stage.emulator.integrations()).toEqual([]);
  });

  test("that takes the integration during the wait for other deletions keeps it", async () => {
    const outputs = await stage.created(inputs);
    const ledger = new RunLedger();
    const sleep = async () => ledger.record("held", { externalBusinessId: "shop-1", urn: "another" });
    await openOperations(stage.dependencies({ deleteLimit: 1, sleep }), ledger).delete("shop-1", outputs);
    expect(stage.methods()).toEqual([]);
    expect(stage.notes).toMatchObject([expect.stringContaining("shop-1")]);
  });
});

describe("the delete limit", () => {
  type Process = ReturnType<Stage["process"]>;
  const remove = (process: Process, number: number) =>
    process.delete(`seed-${number}`, { externalBusinessId: `seed-${number}` });
  const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const remaining = () => stage.emulator.integrations().length;
  const refusal = { message: expect.stringContaining(nothingDeleted) };

  test("if there is none, deletions do not wait", async () => {
    stage.emulator.seed(3);
    const process = stage.process();
    await Promise.all(numbersTo(3).map((number) => remove(process, number)));
    expect([remaining(), stage.pauses]).toEqual([0, []]);
  });

  test("allows as many deletions as configured, and only the first ones wait", async () => {
    stage.emulator.seed(6);
    const process = stage.process({ deleteLimit: 6 });
    await Promise.all(numbersTo(3).map((number) => remove(process, number)));
    const pauses = stage.pauses.length;
    for (const number of numbersTo(3)) await remove(process, number + 3);
    expect([remaining(), stage.pauses.length]).toEqual([0, pauses]);
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
    expect(await Promise.all([first, second, third])).toMatchObject([1, 2, 3].map(() => refusal));
    expect(stage.methods()).toEqual([]);
    expect(remaining()).toBe(3);
  });

  test("waits for deletions in progress before it reports their number", async () => {
    stage.emulator.seed(2);
    const process = stage.process({ deleteLimit: 1 });
    let second: Promise<Error> | undefined;
    stage.emulator.onRequest(({ operation }) => {
      if (operation === "delete") second = failureOf(remove(process, 2));
    });
    await remove(process, 1);
    expect((await second)?.message).toContain(deletedBefore("1 was"));
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
    for (const number of numbersTo(2)) await remove(stage.process({ deleteLimit: 1 }), number);
    expect(remaining()).toBe(0);
  });

  test("counts an integration that is only removed from state, and does not report it as deleted", async () => {
    stage.emulator.seed(3);
    stage.emulator.setAccount("shop-1", { revoked: true });
    const process = stage.process({ deleteLimit: 2, whenUnreachable: "forget" });
    for (const number of numbersTo(2)) await remove(process, number);
    expect(await failureOf(remove(process, 3))).toMatchObject(refusal);
  });

  test("is applied at once if the wait is canceled", async () => {
    stage.emulator.seed(2);
    const process = stage.process({ deleteLimit: 2, sleep: () => Promise.reject(new Error("canceled")) });
    await Promise.all(numbersTo(2).map((number) => remove(process, number)));
    expect(remaining()).toBe(0);
  });

  const { directory: realDirectory } = RunLedger;
  const lostRecords: Record<string, () => void> = {
    "are deleted": () => rmSync(RunLedger.directory, { recursive: true }),
    "cannot be written": () => {
      jest.spyOn(fs, "appendFileSync").mockImplementation(() => {
        throw new Error("ENOSPC");
      });
    },
  };

  test.each(Object.entries(lostRecords))(
    "refuses all deletions if the records of the run %s during the wait",
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
        const failures = await Promise.all(numbersTo(2).map((number) => failureOf(remove(process, number))));
        for (const { message } of failures) expect(message).toContain("is incomplete");
        expect(remaining()).toBe(2);
      } finally {
        ledger.close();
        jest.restoreAllMocks();
        RunLedger.directory = realDirectory;
      }
    },
  );
});
