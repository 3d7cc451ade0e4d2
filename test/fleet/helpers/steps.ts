import { expect } from "@jest/globals";
import type { Merchant } from "../../../fleet/merchants/merchant";
import type { MerchantStatus, ShardOutcome } from "../../../fleet/outcome";
import { merchant, type TestFleet } from "./fleet";

// The steps of scenarios: lists, updates, and what a fleet has afterwards.

export type Step = (fleet: TestFleet) => Promise<unknown>;

/** A title, and steps in their order. */
export type Scenario = readonly [title: string, ...steps: Step[]];

export async function play(fleet: TestFleet, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step(fleet);
}

/** Merchants by name. A name alone has the external business ID `id-NAME`. */
type List = readonly (string | Merchant)[];

const merchantsOf = (list: List) => list.map((one) => (typeof one === "string" ? merchant(one) : one));

/** A merchant with another external business ID. */
export const withId = (name: string, externalBusinessId: string): Merchant =>
  merchant(name, { externalBusinessId });

/** Plans a list, and confirms that it removes merchants. */
export const plan =
  (...list: List): Step =>
  (fleet) =>
    fleet.plan(merchantsOf(list), { confirmed: true });

/** Updates the first shard, with these results of its merchants. `during` is what happens meanwhile. */
export const update =
  (
    merchants: Record<string, MerchantStatus>,
    { during = [], ...more }: Partial<Omit<ShardOutcome, "merchants">> & { during?: readonly Step[] } = {},
  ): Step =>
  (fleet) =>
    fleet.update({ merchants, ...more }, () => play(fleet, during));

/** Updates the first shard with a worker that is killed before it stores an outcome. */
export const killed: Step = (fleet) => fleet.update("killed");

/** Plans a list that is refused, although removals are confirmed. */
export const refuses =
  (message: string, ...list: List): Step =>
  (fleet) =>
    expect(fleet.plan(merchantsOf(list), { confirmed: true })).rejects.toThrow(message);

/** Plans a list with this result. */
export const plans =
  (result: object, ...list: List): Step =>
  async (fleet) =>
    expect(await fleet.plan(merchantsOf(list), { confirmed: true })).toMatchObject(result);

/** The names of pending merchants. */
export const pending =
  (...names: string[]): Step =>
  async (fleet) =>
    expect(await fleet.pending()).toEqual(names);

/** The names of all merchants, including leaving ones, in the order of their shards. */
export const has =
  (...names: string[]): Step =>
  async (fleet) =>
    expect(Object.values(await fleet.shards()).flat()).toEqual(names);

/** What the next update must search, because an interrupted one may have deployed it: arguments by name. */
export const searches =
  (expected: object, operation?: "up" | "destroy"): Step =>
  async (fleet) =>
    expect(await fleet.interrupted(operation)).toEqual(expected);
