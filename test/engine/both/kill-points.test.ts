import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type Killing,
  type KillPoint,
  killEngineAt,
  killProviderAt,
  type Moment,
} from "../helpers/kill-points";
import { Lab } from "../helpers/lab";
import { ProviderProcesses } from "../helpers/provider-processes";
import { providerType } from "../helpers/provider-type";

// The provider types run different processes, which must all end with the engine.

const moments: readonly Moment[] = ["before", "late", "after", "answered"];
/** A killed provider process has reported no answer to the engine. */
const unanswered = moments.filter((moment) => moment !== "answered");

const each = (name: string, ends = moments) => ends.map((moment) => `${name}-${moment}`);
/** Killed while it waits to read again, before its create. */
const waiting = "waiting";
const creates = [...each("create"), waiting];
const updates = each("update");
const replaces = [...each("replace-delete"), ...each("replace-create")];
const renewed = replaces.map((id) => `new-${id}`);
const deletes = each("delete");

type Program = Record<string, { externalBusinessId: string }>;

/** Declares these integrations with a version of their fields. */
function declared(ids: readonly string[], version: number): Program {
  return Object.fromEntries(
    ids.map((id) => [
      id.replace(/^new-/, ""),
      { externalBusinessId: id, connectedTagId: `${version}`, partnerAccessToken: `p${version}` },
    ]),
  );
}

const points = (operation: KillPoint["operation"], ids: readonly string[]): KillPoint[] =>
  ids.map((id) => ({ operation, id, moment: moments.find((moment) => id.endsWith(`-${moment}`)) as Moment }));

const inParallel = ["--parallel", "64"];
const update = ["up", "--skip-preview", ...inParallel];

let lab: Lab;
let processes: ProviderProcesses;
let killing: Killing;
/** What the last program declares, and its resources' external business IDs. */
let declarations: Program;
let kept: string[];
const numbers = new Map<string, string>();

function declare(program: Program): void {
  declarations = program;
  kept = Object.values(program).map(({ externalBusinessId }) => externalBusinessId);
  lab.program(program);
}

const held = () => lab.emulator.integrations().map((integration) => integration.external_business_id);
const heldLike = (start: string) =>
  held()
    .filter((id) => id.startsWith(start))
    .sort();

function rememberNumbers(): void {
  for (const { external_business_id, id } of lab.emulator.integrations()) {
    numbers.set(external_business_id, id);
  }
}

/** Pinterest has exactly what the program declares, and these with this version of their fields. */
function expectDeclared(ids: readonly string[], version: number): void {
  expect(held().sort()).toEqual([...kept].sort());
  for (const id of ids) {
    expect(lab.emulator.integration(id)).toMatchObject({
      connected_tag_id: `${version}`,
      partner_access_token: `p${version}`,
    });
  }
}

beforeAll(async () => {
  lab = await Lab.open();
  processes = new ProviderProcesses(lab);
  // On a slow machine, requests wait for others to reach their moment.
  lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
  declare(declared([...updates, ...replaces, ...deletes], 1));
  await lab.up(...inParallel);
  rememberNumbers();
});

afterAll(() => lab.close());

test("an engine killed during creates, updates and replacements leaves no process that writes", async () => {
  declare({ ...declared([...creates, ...updates, ...renewed], 2), ...declared(deletes, 1) });
  lab.emulator.clearRequests();
  lab.emulator.armFault({
    kind: "answer",
    preset: "unavailable",
    headers: { "retry-after": "2" },
    operation: "get",
    external_business_id: waiting,
  });
  killing = await killEngineAt(
    lab,
    processes,
    [
      ...points("create", each("create")),
      { operation: "get", id: waiting, moment: "answered" },
      ...points("update", updates),
      ...points("delete", each("replace-delete")),
      ...points("create", each("new-replace-create")),
    ],
    ...update,
  );
  // The reads before the update can have a process of their own.
  expect([1, 2]).toContain(processes.loaded().length);
  expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
  // The moments were reached: some requests were carried out, and others were not.
  expect(heldLike("create-")).toEqual(["create-after", "create-answered"]);
  expect(held()).not.toContain(waiting);
  expect(held()).toEqual(expect.arrayContaining(["new-replace-create-after", "new-replace-create-answered"]));
  expect(heldLike("replace-delete-")).toEqual(["replace-delete-before", "replace-delete-late"]);
  expect(heldLike("replace-create-")).toEqual([]);
  const tags = updates.map((id) => lab.emulator.integration(id)?.connected_tag_id);
  expect(tags).toEqual(["1", "1", "2", "2"]);
});

test("the stack stays locked until `pulumi cancel`, and sends nothing to Pinterest meanwhile", async () => {
  // The engine's lock does not depend on the provider type.
  if (providerType === "dynamic") {
    expect((await lab.fail("up", "--skip-preview")).output).toMatch(/locked|pulumi cancel/);
  }
  await lab.succeed("cancel", "--yes");
  expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
});

test("the next update converges, without an orphan, a duplicate or a loss", async () => {
  rememberNumbers();
  killing.carryOutLate();
  await lab.up(...inParallel);
  expectDeclared([...creates, ...updates, ...renewed], 2);
  // Every integration from before the kill is still the same one.
  for (const { external_business_id, id } of lab.emulator.integrations()) {
    expect({ external_business_id, id }).toEqual({
      external_business_id,
      id: numbers.get(external_business_id) ?? id,
    });
  }
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("an engine killed during deletions leaves no process that writes, and the next update completes them", async () => {
  declare(declared([...creates, ...updates, ...renewed], 2));
  lab.emulator.clearRequests();
  killing = await killEngineAt(lab, processes, points("delete", deletes), ...update);
  expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
  expect(heldLike("delete-")).toEqual(["delete-before", "delete-late"]);
  killing.carryOutLate();
  await lab.succeed("cancel", "--yes");
  await lab.up();
  expectDeclared(kept, 2);
});

// The engine sees the same of both provider types' processes: a closed connection.
if (providerType === "dynamic") {
  test("a killed provider process fails the update, and the next one converges without `pulumi cancel`", async () => {
    const created = each("process-create", unanswered);
    const updated = each("update", unanswered);
    const deleted = each("create", unanswered);
    const others = kept.filter((id) => ![...updated, ...deleted].includes(id));
    declare({ ...declared([...others, ...deleted], 2), ...declared([...created, ...updated], 3) });
    const writes = [...points("create", created), ...points("update", updated)];
    killing = await killProviderAt(lab, processes, writes, ...update);
    expect(killing.run.exitCode).not.toBe(0);
    killing.carryOutLate();
    await lab.up(...inParallel);
    expectDeclared([...created, ...updated], 3);

    declare({ ...declared(others, 2), ...declared([...created, ...updated], 3) });
    killing = await killProviderAt(lab, processes, points("delete", deleted), ...update);
    expect(killing.run.exitCode).not.toBe(0);
    killing.carryOutLate();
    await lab.up(...inParallel);
    expectDeclared([...created, ...updated], 3);
    expectDeclared(others, 2);
  });
}

test("state contains every integration, and a destroy leaves nothing at Pinterest", async () => {
  expect(Object.keys(await lab.state()).sort()).toEqual(Object.keys(declarations).sort());
  await lab.succeed("destroy", "--skip-preview");
  expect(held()).toEqual([]);
  expect(await lab.state()).toEqual({});
});
