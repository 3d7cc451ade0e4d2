import { randomUUID } from "node:crypto";
import { expect, jest } from "@jest/globals";
import fc, { type Arbitrary } from "fast-check";
import { FleetError } from "../../fleet/fleet-error";
import type { Merchant } from "../../fleet/merchants/merchant";
import type { findUnrecorded } from "../../fleet/shard/find-unrecorded";
import type { runShardAs } from "../../fleet/shard/run-shard";
import { fleetInvocation } from "../../fleet/shard/workspace";
import { addRun } from "../../fleet/store/runs";
import { readIdentity } from "../../fleet/store/settings";
import { listShards } from "../../fleet/store/shards";
import { modelSeed } from "../model/seed";
import { test } from "../with-postgres";
import { merchant, TestDatabase, TestFleet } from "./helpers/fleet";
import { ends, type Incidents, SimulatedEngine } from "./helpers/simulated-engine";

const server = new TestDatabase();

let engine = new SimulatedEngine();

// Replace the engine. Modules that are imported later use these mocks.
jest.mock("../../fleet/shard/run-shard", () => ({
  runShardAs: (...given: Parameters<typeof runShardAs>) => engine.run(...given),
}));
jest.mock("../../fleet/shard/find-unrecorded", () => ({
  findUnrecorded: (...given: Parameters<typeof findUnrecorded>) => engine.findUnrecorded(...given),
}));

interface PlanStep {
  readonly kind: "plan";
  readonly list: readonly Merchant[];
}

interface UpdateStep extends Omit<Incidents, "meanwhile"> {
  readonly kind: "up" | "destroy";
  /** The numbers of the shards, modulo the number of all shards. */
  readonly shards: readonly number[];
  readonly refresh: boolean;
  /** Steps between the creates and the deletions of the first shard. */
  readonly meanwhile: readonly Step[];
}

type Step = PlanStep | UpdateStep;

const ids = ["1", "2", "3"];

const names = ["a", "b", "c"];

function sometimes<T>(usual: T, arbitrary: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
}

/** A list of merchants, usually each with its own external business ID. */
const lists: Arbitrary<Merchant[]> = fc
  .tuple(
    fc.shuffledSubarray(names),
    fc.oneof(
      { weight: 9, arbitrary: fc.shuffledSubarray(ids, { minLength: names.length }) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...ids), { minLength: names.length }) },
    ),
    fc.infiniteStream(fc.constantFrom("north", "south")),
  )
  .map(([chosen, externalBusinessIds, accounts]) =>
    chosen.map((name, index) =>
      merchant(name, {
        externalBusinessId: externalBusinessIds[index],
        account: accounts.next().value,
      }),
    ),
  );

const plans: Arbitrary<PlanStep> = fc.record({ kind: fc.constant("plan"), list: lists });

function updates(kind: UpdateStep["kind"], meanwhile: Arbitrary<Step[]>): Arbitrary<UpdateStep> {
  return fc.record({
    kind: fc.constant(kind),
    shards: fc.oneof(
      fc.nat(2).map((shard) => [shard]),
      fc.constant([0, 1, 2]),
    ),
    refresh: fc.boolean(),
    refusedCreates: sometimes([], fc.subarray(ids)),
    refusedDeletes: sometimes([], fc.subarray(ids)),
    end: sometimes("normal", fc.constantFrom(...ends)),
    meanwhile,
  });
}

/** What other processes do during an update: they plan lists and update other shards. */
const meanwhile = sometimes(
  [],
  fc.array<Step>(fc.oneof(plans, updates("up", fc.constant([]))), { maxLength: 3 }),
);

const sequences: Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: plans },
    { weight: 6, arbitrary: updates("up", meanwhile) },
    { weight: 1, arbitrary: updates("destroy", meanwhile) },
  ),
  { minLength: 4, maxLength: 16, size: "max" },
);

/** Plays sequences on a fleet of small shards. */
class Player {
  /** The shards that are being updated. */
  private readonly updating = new Set<number>();
  /** The last accepted list. */
  private list: readonly Merchant[] = [];

  constructor(private readonly fleet: TestFleet) {}

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === "plan") await this.plan(step.list);
      else await this.update(step);
      expect(engine.losses).toEqual([]);
    }
  }

  private async plan(list: readonly Merchant[]): Promise<void> {
    try {
      await this.fleet.plan(list, { confirmed: true });
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return;
    }
    this.list = list;
    engine.listed = new Set(idsOf(list));
  }

  private async update({
    kind,
    shards: numbers,
    refresh,
    meanwhile,
    ...incidents
  }: UpdateStep): Promise<void> {
    const shards = await listShards(this.fleet.database.statements);
    const chosen = new Set(numbers.flatMap((number) => shards[number % shards.length] ?? []));
    for (const [index, shard] of [...chosen].entries()) {
      if (this.updating.has(shard.id)) continue;
      this.updating.add(shard.id);
      engine.incidents = { ...incidents, meanwhile: () => this.play(index === 0 ? meanwhile : []) };
      await this.work(shard, kind, refresh);
      engine.incidents = undefined;
      this.updating.delete(shard.id);
    }
  }

  private async work(
    { id: shardId, stack }: { readonly id: number; readonly stack: string },
    operation: UpdateStep["kind"],
    refresh: boolean,
  ): Promise<void> {
    const { workShard } = await import("../../fleet/worker/work-shard.js");
    const { database, opened } = this.fleet;
    const runId = randomUUID();
    await addRun(database.statements, runId, operation, [shardId]);
    const identity = await readIdentity(database.statements);
    const invocation = fleetInvocation(".", {});
    const options = { worker: "a worker", identity, invocation, project: "fleet", database, ...opened };
    await workShard(
      { runId, shardId, stack, operation, refresh },
      { ...options, signal: new AbortController().signal },
    );
  }

  /** Updates all shards without incidents, and compares Pinterest and all states with the last list. */
  async converge(): Promise<void> {
    for (const shard of await listShards(this.fleet.database.statements)) await this.work(shard, "up", false);
    expect(engine.losses).toEqual([]);
    expect([...engine.pinterest].sort()).toEqual(idsOf(this.list).sort());
    const states = [...engine.states.values()].flat();
    expect(states.map(({ name, id }) => `${name} ${id}`).sort()).toEqual(
      this.list.map((each) => `${each.name} ${idsOf([each])}`).sort(),
    );
    expect(await this.fleet.pending()).toEqual([]);
  }
}

function idsOf(list: readonly Merchant[]): string[] {
  return list.map((each) => String(each.arguments.externalBusinessId));
}

const isSlow = (globalThis as { isSlow?: boolean }).isSlow === true;

const runs = Number(process.env.MODEL_RUNS ?? (isSlow ? 60 : 10));

const seed = modelSeed();

test(`no shard deletes an integration that the last list or another shard has: ${runs} sequences (seed ${seed})`, async () => {
  const database = await server.open();
  const fleet = await TestFleet.create(database, 1);
  const property = fc.asyncProperty(sequences, fc.constantFrom(1, 2), async (steps, shardSize) => {
    await database.statements.query(
      "truncate pinterest_fleet.shard, pinterest_fleet.run restart identity cascade",
    );
    engine = new SimulatedEngine();
    const player = new Player(fleet.withShardSize(shardSize));
    await player.play(steps);
    await player.converge();
  });
  await fc.assert(property, { numRuns: runs, seed });
});
