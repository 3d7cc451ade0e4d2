import { beforeAll, expect, test } from "@jest/globals";
import { type KilledRun, type KillPoint, killEngineAt, type Moment } from "./helpers/kill-points";
import { labOfFile } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

// The name of an integration says what the engine does with it, and at which moment of the request the engine is killed (helpers/kill-points.ts):
// Pinterest never executes the create of `create-before`, and executes that of `create-late` after the kill. It has executed the others; the provider
// has received the response for `create-received`. `replace-delete-late` is replaced by `new-replace-delete-late`. The tests depend on each other.
// For engines that are killed with the plugin, see test/story.

const creates = ["create-before", "create-late", "create-after", "create-received"];
/** An integration whose create waits for the retry of a read when the engine is killed. */
const waiting = "waiting";
const updates = ["update-before", "update-late", "update-after", "update-received"];
/** The deletions of these replaced integrations are killed. */
const replaceDeletes = [
  "replace-delete-before",
  "replace-delete-late",
  "replace-delete-after",
  "replace-delete-received",
];
/** The creates of the replacements of these integrations are killed. */
const replaceCreates = [
  "replace-create-before",
  "replace-create-late",
  "replace-create-after",
  "replace-create-received",
];
const replaces = [...replaceDeletes, ...replaceCreates];
const deletes = ["delete-before", "delete-late", "delete-after", "delete-received"];

const replacementsOf = (ids: readonly string[]) => ids.map((id) => `new-${id}`);

type Program = Record<string, { externalBusinessId: string }>;

/** Declares these integrations with a version of their fields. */
function programOf(ids: readonly string[], version: number): Program {
  return Object.fromEntries(
    ids.map((id) => [
      id.replace(/^new-/, ""),
      { externalBusinessId: id, connectedTagId: `${version}`, partnerAccessToken: `p${version}` },
    ]),
  );
}

/** Kills the engine at the moments that the names of these integrations end with. */
const points = (operation: KillPoint["operation"], ids: readonly string[]): KillPoint[] =>
  ids.map((id) => ({ operation, id, moment: id.split("-").at(-1) as Moment }));

const inParallel = ["--parallel", "64"];
const update = ["up", "--skip-preview", ...inParallel];

const lab = labOfFile();
let processes: ProviderProcesses;
let killed: KilledRun;
/** The last program, and the external business IDs that it declares. */
let declarations: Program;
let declaredIds: string[];
const integrationIds = new Map<string, string>();

function declare(program: Program): void {
  declarations = program;
  declaredIds = Object.values(program).map(({ externalBusinessId }) => externalBusinessId);
  lab.program(program);
}

const idsStartingWith = (start: string) => lab.idsAtPinterest().filter((id) => id.startsWith(start));

function recordIntegrationIds(): void {
  for (const { external_business_id, id } of lab.emulator.integrations()) {
    integrationIds.set(external_business_id, id);
  }
}

/** Expects that no integration with a recorded ID was recreated. */
function expectNotRecreated(): void {
  for (const { external_business_id, id } of lab.emulator.integrations()) {
    const recorded = integrationIds.get(external_business_id) ?? id;
    expect({ external_business_id, id }).toEqual({ external_business_id, id: recorded });
  }
}

/** Expects that Pinterest has exactly these integrations. */
function expectAtPinterest(ids: readonly string[]): void {
  expect(lab.idsAtPinterest()).toEqual([...ids].sort());
}

/** Expects that these integrations have this version of their fields at Pinterest. */
function expectVersion(ids: readonly string[], version: number): void {
  for (const id of ids) {
    expect(lab.emulator.integration(id)).toMatchObject({
      connected_tag_id: `${version}`,
      partner_access_token: `p${version}`,
    });
  }
}

beforeAll(async () => {
  processes = new ProviderProcesses(lab);
  // On a slow machine, requests are held for a long time until the others reach their moment.
  lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
  declare(programOf([...updates, ...replaces, ...deletes], 1));
  await lab.up(...inParallel);
  recordIntegrationIds();
});

test("an engine killed during creates, updates and replacements leaves no process that writes", async () => {
  declare(programOf([...creates, waiting, ...updates, ...replacementsOf(replaces)], 2));
  lab.emulator.clearRequests();
  lab.emulator.armFault({
    kind: "response",
    preset: "unavailable",
    headers: { "retry-after": "2" },
    operation: "get",
    external_business_id: waiting,
  });
  killed = await killEngineAt(
    lab,
    processes,
    [
      ...points("create", creates),
      { operation: "get", id: waiting, moment: "received" },
      ...points("update", updates),
      ...points("create", replacementsOf(replaceCreates)),
    ],
    ...update,
  );
  // A separate process can make the reads before the update.
  expect([1, 2]).toContain(processes.loaded().length);
  expect(lab.emulator.counters().requests).toBe(killed.requestsAtKill);
  // The moments were reached: Pinterest executed some requests, and did not execute others.
  expect(idsStartingWith("create-")).toEqual(["create-after", "create-received"]);
  expect(lab.idsAtPinterest()).not.toContain(waiting);
  expect(lab.idsAtPinterest()).toEqual(
    expect.arrayContaining(["new-replace-create-after", "new-replace-create-received"]),
  );
  // The engine deletes replaced integrations after everything else.
  expect(lab.idsAtPinterest()).toEqual(expect.arrayContaining(replaces));
  const tags = updates.map((id) => lab.emulator.integration(id)?.connected_tag_id);
  expect(tags).toEqual(["1", "1", "2", "2"]);
});

test("the stack stays locked until `pulumi cancel`, and no request is sent to Pinterest", async () => {
  expect((await lab.fail("up", "--skip-preview")).output).toMatch(/locked|pulumi cancel/);
  await lab.succeed("cancel", "--yes");
  expect(lab.emulator.counters().requests).toBe(killed.requestsAtKill);
});

test("the next update completes everything else, and is killed during its deletions", async () => {
  recordIntegrationIds();
  killed.executeLateRequests();
  lab.emulator.clearRequests();
  // The engine starts the deletions when all creates, updates and replacements have succeeded.
  const executed = replaceCreates.map((id): KillPoint => ({ operation: "delete", id, moment: "after" }));
  const deletions = [...points("delete", [...deletes, ...replaceDeletes]), ...executed];
  killed = await killEngineAt(lab, processes, deletions, ...update);
  expect(lab.emulator.counters().requests).toBe(killed.requestsAtKill);
  expectAtPinterest([
    ...declaredIds,
    "delete-before",
    "delete-late",
    "replace-delete-before",
    "replace-delete-late",
  ]);
  expectVersion(declaredIds, 2);
  expectNotRecreated();
});

test("the next update completes the deletions, without an orphan, a duplicate or a loss", async () => {
  recordIntegrationIds();
  killed.executeLateRequests();
  await lab.succeed("cancel", "--yes");
  await lab.up();
  expectAtPinterest(declaredIds);
  expectNotRecreated();
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("state contains exactly the integrations at Pinterest", async () => {
  const inState = Object.entries(await lab.state()).map(([name, { id, outputs }]) => ({
    name,
    id,
    integrationId: outputs?.integrationId,
  }));
  const expected = Object.entries(declarations).map(([name, { externalBusinessId }]) => ({
    name,
    id: externalBusinessId,
    integrationId: lab.emulator.integration(externalBusinessId)?.id,
  }));
  expect(inState).toHaveLength(expected.length);
  expect(inState).toEqual(expect.arrayContaining(expected));
});
