import { expect, test } from "@jest/globals";
import { outputsFromBag } from "../../provider/lifecycle/outputs";
import { findRetryingStale, readUntil } from "../../provider/lifecycle/stale-reads";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("reads an integration until it is current if the list and reads are stale", async () => {
  const created = await stage.created(inputs);
  stage.emulator.setSwitches({ readLag: 3 });
  const outputs = await stage.process().update("shop-1", created, { ...inputs, connectedTagId: "7" });
  stage.emulator.clearRequests();
  const result = await stage.process().read("shop-1", outputs);
  expect(result).toMatchObject({ inputs: { connectedTagId: "7" }, outputs: { connectedTagId: "7" } });
  const requests = stage.emulator.requests().map((one) => [one.operation, one.external_business_id]);
  const get = ["get", "shop-1"];
  expect(requests).toEqual([["list", null], get, get, get]);
  expect(stage.pauses).toEqual([100, 200]);
});

test("retries if the integration is missing shortly after a write", async () => {
  stage.emulator.setSwitches({ readLag: 2 });
  const outputs = await stage.created(inputs);
  expect((await stage.process().read("shop-1", outputs))?.inputs).toEqual(inputs);
  expect(stage.pauses).toEqual([100]);
});

test("retries if the integration of a create with an unknown outcome is missing", async () => {
  stage.emulator.setSwitches({ readLag: 2 });
  stage.emulator.armFault({ kind: "truncate", operation: "create" });
  stage.failReads({ after: 1 });
  const { kept } = await partialFailureOf(stage.process().create(inputs));
  stage.emulator.disarmFaults();
  stage.pauses.length = 0;
  expect((await stage.process().read("shop-1", kept))?.outputs).toMatchObject(inputs);
  expect(stage.pauses).toEqual([100]);
});

test("does not retry if the integration is missing long after the last write", async () => {
  const outputs = await stage.created(inputs);
  stage.passConsistencyTimeout();
  stage.emulator.remove("shop-1");
  expect(await stage.process().read("shop-1", outputs)).toBeUndefined();
  expect(stage.pauses).toEqual([]);
});

test.each([
  { sinceTimestampMs: 5999, pauses: 1 },
  { sinceTimestampMs: 6000, pauses: 0 },
])(
  "counts from the end of the write's second: $sinceTimestampMs ms after its timestamp, $pauses pauses",
  async ({ sinceTimestampMs, pauses }) => {
    const durations: number[] = [];
    const state = outputsFromBag({ externalBusinessId: "shop-1", updatedTimestamp: 1000 });
    const sleep = async (milliseconds: number) => void durations.push(milliseconds);
    const timing = { consistencyTimeoutMs: 5000, sleep, now: () => 1000 + sinceTimestampMs };
    const reads = [undefined, { updatedTimestamp: 1000 }];
    const find = async () => reads.shift();
    await findRetryingStale(state, timing, find, { isCreateUncertain: false });
    expect(durations).toHaveLength(pauses);
  },
);

test("returns a stale read after the time limit", async () => {
  const outputs = await stage.created(inputs);
  const ahead = { ...outputs, updatedTimestamp: Number(outputs.updatedTimestamp) + 3_600_000 };
  expect((await stage.process().read("shop-1", ahead))?.outputs.updatedTimestamp).toBe(
    outputs.updatedTimestamp,
  );
  expect(stage.pauses).toEqual([100, 200, 400, 800, 1600]);
});

test("accepts a response, or state, without a time of the last write", async () => {
  const outputs = await stage.created(inputs);
  const body = { items: [{ external_business_id: "shop-1", connected_tag_id: "7" }], bookmark: null };
  stage.emulator.armFault({ kind: "response", status: 200, body, operation: "list" });
  expect((await stage.process().read("shop-1", outputs))?.inputs).toMatchObject({ connectedTagId: "7" });
  stage.emulator.remove("shop-1");
  expect(await stage.process().read("shop-1", {})).toBeUndefined();
  expect(stage.pauses).toEqual([]);
});

test("doubles pauses up to 2 s, within the time limit", async () => {
  let now = 0;
  const pauses: number[] = [];
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    now += milliseconds;
  };
  const timing = { consistencyTimeoutMs: 9000, sleep, now: () => now };
  await readUntil(
    async () => undefined,
    () => false,
    timing,
  );
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
});
