import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Killing, type KillPoint, killEngineAt, type Moment } from "./helpers/kill-points";
import { Lab } from "./helpers/lab";
import type { Declarations } from "./helpers/program";
import { ProviderProcesses } from "./helpers/provider-processes";

const moments: readonly Moment[] = ["before", "late", "after", "answered"];

/** The state of one integration in the program: absent from it, or with these values. */
const v1 = (id: string) => ({ externalBusinessId: id, connectedTagId: "1", partnerAccessToken: "p1" });
const v2 = (id: string) => ({ externalBusinessId: id, connectedTagId: "2", partnerAccessToken: "p2" });

const each = (name: string) => moments.map((moment) => `${name}-${moment}`);
/** Waits to ask again whether it is there, and has not come to its create. */
const waiting = "waiting";
const creates = [...each("create"), waiting];
const updates = each("update");
/** Killed in the deletion, which comes first, or in the creation. */
const replaces = [...each("replace-delete"), ...each("replace-create")];
const deletes = each("delete");

const declared = (ids: readonly string[], args: (id: string) => Record<string, unknown>): Declarations =>
  Object.fromEntries(ids.map((id) => [id.replace(/^new-/, ""), args(id)]));
const renewed = replaces.map((id) => `new-${id}`);

const first = { ...declared(updates, v1), ...declared(replaces, v1), ...declared(deletes, v1) };
const second = {
  ...declared(creates, v2),
  ...declared(updates, v2),
  ...declared(renewed, v2),
  ...declared(deletes, v1),
};
const third = { ...declared(creates, v2), ...declared(updates, v2), ...declared(renewed, v2) };
const kept = [...creates, ...updates, ...renewed].sort();

const points = (operation: KillPoint["operation"], ids: readonly string[]): KillPoint[] =>
  ids.map((id) => ({ operation, id, moment: moments.find((moment) => id.endsWith(`-${moment}`)) as Moment }));

describe.each([0, 2])("with reads that lag %i behind a write", (readLag) => {
  let lab: Lab;
  let processes: ProviderProcesses;
  let killing: Killing;
  const numbers = new Map<string, string>();

  const held = () =>
    lab.emulator
      .integrations()
      .map((integration) => integration.external_business_id)
      .sort();
  /** Ends the lag, as time would: an integration that administration has touched is seen as it is. */
  const settle = () => {
    for (const id of held()) {
      lab.emulator.change(id, {});
    }
  };
  const remember = () => {
    for (const { external_business_id, id } of lab.emulator.integrations()) {
      numbers.set(external_business_id, id);
    }
  };

  beforeAll(async () => {
    lab = await Lab.open({ switches: { readLag } });
    processes = new ProviderProcesses(lab);
    // However slow the machine is, no request is given up while others are on their way to their moment.
    lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
    lab.program(first);
    await lab.up("--parallel", "64");
    remember();
  });

  afterAll(() => lab.close());

  test("an engine killed in creates, updates and replacements leaves no process that writes", async () => {
    lab.program(second);
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
        ...points(
          "create",
          renewed.filter((id) => id.includes("replace-create")),
        ),
      ],
      "up",
      "--skip-preview",
      "--parallel",
      "64",
    );
    expect(processes.started()).toHaveLength(1);
    expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
    // Each moment is what it says: what was carried out, and what was not yet.
    expect(held().filter((id) => id.startsWith("create-"))).toEqual(["create-after", "create-answered"]);
    expect(held()).not.toContain(waiting);
    expect(held()).toEqual(
      expect.arrayContaining(["new-replace-create-after", "new-replace-create-answered"]),
    );
    expect(held().filter((id) => id.startsWith("replace-delete-"))).toEqual([
      "replace-delete-before",
      "replace-delete-late",
    ]);
    expect(held().filter((id) => id.startsWith("replace-create-"))).toEqual([]);
    const tags = updates.map((id) => lab.emulator.integration(id)?.connected_tag_id);
    expect(tags).toEqual(["1", "1", "2", "2"]);
  });

  test("the stack stays locked until `pulumi cancel`, and meanwhile nothing is asked of Pinterest", async () => {
    expect((await lab.fail("up", "--skip-preview")).output).toMatch(/locked|pulumi cancel/);
    await lab.succeed("cancel", "--yes");
    expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
  });

  test("the next update after a kill makes Pinterest what the program says: no orphan, no duplicate, none lost", async () => {
    remember();
    killing.carryOutLate();
    await lab.up("--parallel", "64");
    expect(held()).toEqual([...kept, ...deletes].sort());
    for (const id of kept) {
      expect(lab.emulator.integration(id)).toMatchObject({
        connected_tag_id: "2",
        partner_access_token: "p2",
      });
    }
    // What was there before, or was made before the kill, is still the same integration.
    for (const { external_business_id, id } of lab.emulator.integrations()) {
      expect({ external_business_id, id }).toEqual({
        external_business_id,
        id: numbers.get(external_business_id) ?? id,
      });
    }
    settle();
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("an engine killed in deletions leaves no process that writes, and the next update ends them", async () => {
    lab.program(third);
    lab.emulator.clearRequests();
    killing = await killEngineAt(
      lab,
      processes,
      points("delete", deletes),
      "up",
      "--skip-preview",
      "--parallel",
      "64",
    );
    expect(lab.emulator.counters().requests).toBe(killing.requestsAtKill);
    expect(held().filter((id) => id.startsWith("delete-"))).toEqual(["delete-before", "delete-late"]);
    killing.carryOutLate();
    await lab.succeed("cancel", "--yes");
    await lab.up();
    expect(held()).toEqual(kept);
    settle();
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("state knows all that was ever made: a destroy leaves nothing at Pinterest", async () => {
    expect(Object.keys(await lab.state()).sort()).toEqual([...creates, ...updates, ...replaces].sort());
    await lab.succeed("destroy", "--skip-preview");
    expect(held()).toEqual([]);
    expect(await lab.state()).toEqual({});
  });
});
