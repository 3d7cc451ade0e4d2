import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { failureOf } from "./helpers/failure";
import { type Stage, stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

type Process = ReturnType<Stage["process"]>;

const read = (process: Process, id: string, previous: Bag = {}) => process.read(id, previous);
/** The requests so far, as "list" or "get seed-1", in order. */
const requests = () =>
  stage.emulator
    .requests()
    .map(({ operation, external_business_id: id }) => (id === null ? operation : `${operation} ${id}`));
/** Make the list return these records, once or always. */
const returnList = (items: object[], bookmark: string | null = null, times: number | "all" = 1) =>
  stage.emulator.armFault({
    kind: "response",
    status: 200,
    operation: "list",
    body: { items, bookmark },
    times,
  });

test("serves concurrent reads from one page", async () => {
  stage.emulator.seed(20);
  const process = stage.process();
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => read(process, `seed-${index + 1}`)),
  );
  expect(results.map((result) => result?.outputs.externalBusinessId)).toHaveLength(20);
  expect(requests()).toEqual(["list"]);
});

test("a record of the list equals a read of the integration, without secrets", async () => {
  stage.emulator.put("shop-1", {
    connected_tag_id: "1",
    partner_access_token: "hidden",
    partner_primary_email: "a@example.com",
    partner_access_token_expiry: 1_893_456_000_000,
    scopes: "b a",
  });
  const listed = await read(stage.process(), "shop-1");
  expect(requests()).toEqual(["list"]);
  stage.emulator.armFault({ kind: "response", status: 403, operation: "list" });
  const own = await read(stage.process(), "shop-1");
  // Each read of state without a UID generates a new one.
  expect(own).toStrictEqual({ ...listed, outputs: { ...listed?.outputs, __uid: own?.outputs.__uid } });
  expect(JSON.stringify(listed)).not.toMatch(/hidden|example/);
});

test("starts the list again after 30 s", async () => {
  stage.emulator.seed(3);
  const process = stage.process();
  await read(process, "seed-1");
  stage.emulator.change("seed-2", { connected_tag_id: "7" });
  stage.emulator.change("seed-3", { connected_tag_id: "7" });
  stage.pass(30_000);
  expect((await read(process, "seed-2"))?.outputs).not.toHaveProperty("connectedTagId");
  stage.pass(1);
  expect((await read(process, "seed-3"))?.outputs).toMatchObject({ connectedTagId: "7" });
  expect(requests()).toEqual(["list", "list"]);
});

test("reads an integration that the complete list does not contain, because only a read of the integration shows that it is missing", async () => {
  stage.emulator.seed(2);
  const process = stage.process();
  await read(process, "seed-1");
  stage.emulator.put("late");
  expect((await read(process, "late"))?.outputs.externalBusinessId).toBe("late");
  expect(await read(process, "missing")).toBeUndefined();
  expect(requests()).toEqual(["list", "get late", "get missing"]);
});

test("serves a lookup from the list, and fails with Pinterest's error if the integration is missing", async () => {
  stage.emulator.seed(2);
  const process = stage.process();
  await read(process, "seed-2", { __lookup: true });
  expect((await failureOf(read(process, "missing", { __lookup: true }))).message).toContain("HTTP 404");
  expect(requests()).toEqual(["list", "get missing"]);
});

test.each(["create", "update", "delete"] as const)(
  "does not use the list for an integration after a %s by this process, failed or not",
  async (operation) => {
    const previous = await stage.created({ externalBusinessId: "shop-1" });
    stage.emulator.seed(1);
    const process = stage.process();
    await read(process, "seed-1");
    stage.emulator.armFault({ kind: "reset", commit: true, operation });
    const inputs = { externalBusinessId: "shop-1", connectedTagId: "7", adopt: true };
    const writes = {
      create: () => process.create(inputs),
      update: () => process.update("shop-1", previous, inputs),
      delete: () => process.delete("shop-1", previous),
    };
    await writes[operation]();
    stage.emulator.clearRequests();
    const result = await read(process, "shop-1");
    expect(result?.outputs.connectedTagId).toBe(operation === "delete" ? undefined : "7");
    expect(requests()).toEqual(["get shop-1"]);
  },
);

test("requests no list for an integration that this process has written", async () => {
  const previous = await stage.created({ externalBusinessId: "shop-1" });
  const process = stage.process();
  await process.update("shop-1", previous, { externalBusinessId: "shop-1", connectedTagId: "7" });
  stage.emulator.clearRequests();
  await read(process, "shop-1");
  expect(requests()).toEqual(["get shop-1"]);
});

test("does not use a page if a write began before it was received", async () => {
  const previous = await stage.created({ externalBusinessId: "shop-1" });
  const process = stage.process();
  let writing: Promise<unknown> = Promise.resolve();
  const stop = stage.emulator.onResponse(({ operation }) => {
    if (operation === "list") {
      const news = { externalBusinessId: "shop-1", connectedTagId: "7" };
      writing = process.update("shop-1", previous, news);
    }
  });
  await read(process, "shop-1", previous);
  stop();
  await writing;
  expect(requests()).toContain("get shop-1");
});

test("repeats the read of an integration whose record is older than state until it is current", async () => {
  const outputs = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1" });
  stage.emulator.setSwitches({ readLag: 3 });
  const news = await stage
    .process()
    .update("shop-1", outputs, { externalBusinessId: "shop-1", connectedTagId: "7" });
  stage.emulator.clearRequests();
  expect((await read(stage.process(), "shop-1", news))?.outputs.connectedTagId).toBe("7");
  expect(requests()).toEqual(["list", "get shop-1", "get shop-1", "get shop-1"]);
});

test.each([
  ["the token's scopes", { status: 401, body: { code: 3, message: "no" } }],
  ["the beta", { status: 403, body: { code: 29, message: "no" } }],
  ["an address that has no list", { status: 404, body: "<html></html>" }],
])("does not request a refused list (%s) again", async (_what, response) => {
  stage.emulator.seed(20);
  stage.emulator.armFault({ kind: "response", operation: "list", times: "all", ...response });
  const process = stage.process();
  for (let number = 1; number <= 20; number += 1) {
    stage.pass(31_000);
    await read(process, `seed-${number}`);
  }
  expect(requests().filter((request) => request === "list")).toHaveLength(1);
  expect(requests()).toHaveLength(21);
});

test.each([
  ["fails", { kind: "response", status: 503 }],
  ["is over its rate limit", { kind: "response", status: 429, body: { code: 8, message: "slow" } }],
  ["is truncated", { kind: "truncate" }],
  ["is not a list", { kind: "response", status: 200, body: { integrations: [] } }],
] as const)("does not request a list that %s for 30 s", async (_what, fault) => {
  stage.emulator.seed(40);
  stage.emulator.armFault({ ...fault, operation: "list" });
  const process = stage.process();
  for (let number = 1; number <= 20; number += 1) await read(process, `seed-${number}`);
  expect(requests().filter((request) => request === "list")).toHaveLength(1);
  stage.pass(30_000);
  for (let number = 21; number <= 40; number += 1) await read(process, `seed-${number}`);
  expect(requests()).toHaveLength(1 + 20 + 1);
});

test("reads each integration even if pages shift", async () => {
  stage.emulator.setSwitches({ bookmarkBy: "offset", listOrder: "newest" });
  stage.emulator.seed(600);
  const process = stage.process();
  for (let number = 600; number >= 1; number -= 1) {
    if (number === 400) {
      stage.emulator.remove("seed-600");
      stage.emulator.remove("seed-599");
    }
    if (number === 300) stage.emulator.put("new-1");
    expect((await read(process, `seed-${number}`))?.outputs.externalBusinessId).toBe(`seed-${number}`);
  }
  expect(requests().length).toBeLessThanOrEqual(6);
});

test("stops at a repeated bookmark", async () => {
  stage.emulator.seed(30);
  returnList([{ id: "1", external_business_id: "seed-1" }], "again", "all");
  const process = stage.process();
  for (let number = 1; number <= 30; number += 1) await read(process, `seed-${number}`);
  expect(requests().filter((request) => request === "list")).toHaveLength(2);
  expect(requests().filter((request) => request !== "list")).toHaveLength(29);
});

test("ignores records with the same external business ID, and records without one", async () => {
  const tag = { connected_tag_id: "wrong" };
  stage.emulator.put("double", { connected_tag_id: "right" });
  stage.emulator.put("nameless", { connected_tag_id: "right" });
  returnList([
    { id: "1", external_business_id: "double", ...tag },
    { id: "2", external_business_id: "double", ...tag },
    { id: "1", external_business_id: "double", ...tag },
    { id: "3", external_business_id: null, ...tag },
  ]);
  const process = stage.process();
  for (const id of ["double", "nameless"]) {
    expect((await read(process, id))?.outputs.connectedTagId).toBe("right");
  }
});

test("uses a list for each account", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" });
  stage.emulator.put("shop-2", { connected_tag_id: "2" }, { account: "shop-2" });
  const process = stage.process();
  expect((await read(process, "shop-1"))?.outputs.connectedTagId).toBe("1");
  expect((await read(process, "shop-2", { account: "shop-2" }))?.outputs.connectedTagId).toBe("2");
  expect(requests()).toEqual(["list", "list"]);
});
