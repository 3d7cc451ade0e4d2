import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type DeclaredMerchant, idOf, namesOf } from "../../../fleet/merchants/declared-merchant";
import type { ShardOutcome } from "../../../fleet/outcome";
import type { findUnrecorded } from "../../../fleet/shard/find-unrecorded";
import type { runShard } from "../../../fleet/shard/run-shard";
import { UpdateSteps } from "../../../fleet/shard/update";
import { dynamicType } from "../../../provider/run/constants";

/** A resource in the state of a shard. */
interface Resource {
  readonly name: string;
  /** The external business ID. */
  readonly id: string;
  /** Whether the resource has a replacement, so that the engine deletes this one as soon as it can. */
  readonly isReplaced: boolean;
}

/**
 * How a run of the engine ends:
 *
 * - not started: the worker is stopped before it starts the engine.
 * - stopped: gracefully, before it deletes integrations.
 * - killed: at the same point, or at its end. It saves no state and reports nothing.
 * - unsaved: it reports its results, but cannot save its state.
 */
export const ends = [
  "normal",
  "not started",
  "stopped",
  "killed before deletions",
  "killed at the end",
  "unsaved",
] as const;

/** What happens during a run of the engine. */
export interface Incidents {
  /** External business IDs whose integrations Pinterest refuses to create. */
  readonly refusedCreates: readonly string[];
  /** External business IDs whose integrations Pinterest refuses to delete. */
  readonly refusedDeletes: readonly string[];
  readonly end: (typeof ends)[number];
  /** Runs between the creates and the deletions. */
  readonly meanwhile: () => Promise<void>;
}

/**
 * Pinterest, the states of all shards, and an engine that replaces integrations as the provider does: it creates first, and deletes at the end,
 * unless a merchant failed. All accounts have one owner. Each create adopts an existing integration.
 */
export class SimulatedEngine {
  /** The external business IDs of all integrations at Pinterest. */
  readonly pinterest = new Set<string>();
  readonly states = new Map<string, readonly Resource[]>();
  /** The external business IDs of the last accepted list. */
  listed: ReadonlySet<string> = new Set();
  /** Deletions of integrations that a list or another shard's state had, in words. */
  readonly losses: string[] = [];
  incidents: Incidents | undefined;

  readonly findUnrecorded: typeof findUnrecorded = async ({ stack, merchants }) => {
    const state = this.stateOf(stack);
    const isRecorded = (merchant: DeclaredMerchant) =>
      state.some(({ name, id }) => id === idOf(merchant) && namesOf(merchant).includes(name));
    return {
      merchants: merchants.filter((each) => this.pinterest.has(idOf(each)) && !isRecorded(each)),
      recordedIds: new Set(state.map(({ id }) => id)),
    };
  };

  readonly run: typeof runShard = async ({ stack, merchants, operation, refresh = false }) => {
    if (operation !== "up" && operation !== "destroy") throw new Error(`${operation} is not simulated`);
    const incidents = this.incidents;
    this.incidents = undefined;
    const { refusedCreates = [], refusedDeletes = [], end = "normal" } = incidents ?? {};
    if (end === "not started") return { operation, merchants: [], errors: [], interrupted: true };
    const listed = operation === "destroy" ? new Set<string>() : this.listed;
    const steps = new UpdateSteps(
      operation,
      merchants.map(({ name }) => name),
      refresh,
    );
    let hasFailed = false;
    const done = (name: string, op: string, id: string) =>
      steps.take({ resOutputsEvent: step(name, op, id) } as unknown as EngineEvent);
    const failed = (name: string, op: string, id: string) => {
      hasFailed = true;
      steps.take({ resOpFailedEvent: step(name, op, id) } as unknown as EngineEvent);
    };
    let left = this.stateOf(stack);
    if (refresh) left = left.filter(({ id }) => this.pinterest.has(id));
    let current: Resource[] = [];
    for (const merchant of operation === "destroy" ? [] : merchants) {
      const { name } = merchant;
      const id = idOf(merchant);
      const known = left.find((each) => !each.isReplaced && namesOf(merchant).includes(each.name));
      left = left.filter((each) => each !== known);
      if (known?.id === id) {
        done(name, "same", id);
        current.push({ ...known, name });
        continue;
      }
      const op = known === undefined ? "create" : "create-replacement";
      if (refusedCreates.includes(id)) {
        failed(name, op, id);
        if (known !== undefined) current.push({ ...known, name });
        continue;
      }
      this.pinterest.add(id);
      done(name, op, id);
      current.push({ name, id, isReplaced: false });
      if (known !== undefined) left = [...left, { ...known, name, isReplaced: true }];
    }
    await incidents?.meanwhile();
    if (end === "killed before deletions") throw new Error("the engine was killed");
    const isStopped = end === "stopped";
    for (const resource of hasFailed || isStopped ? [] : left) {
      const { name, id, isReplaced } = resource;
      const op = isReplaced ? "delete-replaced" : "delete";
      // The provider keeps an integration that another resource of the stack has.
      const isHeld = current.some((each) => !each.isReplaced && each.id === id);
      if (!isHeld && refusedDeletes.includes(id)) {
        failed(name, op, id);
        continue;
      }
      if (!isHeld) this.delete(stack, id, listed);
      done(name, op, id);
      left = left.filter((each) => each !== resource);
    }
    if (end === "killed at the end") throw new Error("the engine was killed");
    current = [...current, ...left];
    if (end !== "unsaved") this.states.set(stack, current);
    const errors = end === "unsaved" ? ["the disk is full"] : [];
    const isBroken = hasFailed || isStopped || errors.length > 0;
    const outcome: ShardOutcome = {
      operation,
      merchants: steps.outcomes(isBroken, []),
      errors,
      interrupted: isStopped,
    };
    return outcome;
  };

  private delete(stack: string, id: string, listed: ReadonlySet<string>): void {
    const others = [...this.states].filter(
      ([other, state]) => other !== stack && state.some((each) => each.id === id),
    );
    if (this.pinterest.has(id)) {
      for (const [other] of others) this.losses.push(`${stack} deletes '${id}', which ${other} has`);
      if (listed.has(id)) this.losses.push(`${stack} deletes '${id}', which the list has`);
    }
    this.pinterest.delete(id);
  }

  private stateOf(stack: string): readonly Resource[] {
    return this.states.get(stack) ?? [];
  }
}

function step(name: string, op: string, id: string) {
  const urn = `urn:pulumi:shard::fleet::${dynamicType}::${name}`;
  const key = op.startsWith("delete") ? "old" : "new";
  return { metadata: { op, urn, type: dynamicType, detailedDiff: {}, [key]: { id } } };
}
