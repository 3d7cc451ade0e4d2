import { VirtualClock } from "../../test/api/helpers/virtual-clock.mts";
import { externalId, type Spread, stateOf, tagOf } from "./integrations.mts";
import { heapBytes } from "./memory.mts";
import { LimitedPinterest, type Traffic } from "./pinterest.mts";
import { openProduct, type Product } from "./product.mts";
import { numbersOf, type Scenario } from "./scenarios.mts";

/** How the engine and the network are. */
export interface Circumstances {
  /** How many reads the engine has under way at a time. */
  readonly parallel: number;
  readonly latencyMs: number;
  /** Of the shuffled order. */
  readonly seed: number;
}

/** What became of the reads. */
interface Found {
  read: number;
  /** Of them, those whose tag is not the program's any more. */
  drifted: number;
  failed: number;
  /** What the first read that failed said. */
  failure?: string;
}

/** What a drift check came to. */
export interface Figures extends Found, Traffic {
  readonly virtualMs: number;
  readonly realMs: number;
  /** What the product holds at the end, divided by the integrations. */
  readonly heldBytesEach: number;
  /** The most that the heap grew by, garbage that was not collected yet included. */
  readonly peakBytes: number;
}

/** The heap is looked at after each so many reads. */
const lookEvery = 250;

/** Simulates a drift check: reads everything once, as a refresh does, by the product's own code and in virtual time. */
export async function check(scenario: Scenario, circumstances: Circumstances): Promise<Figures> {
  const { access, way } = scenario;
  const clock = new VirtualClock();
  const pinterest = new LimitedPinterest(clock, scenario, access, circumstances.latencyMs);
  const numbers = numbersOf(scenario, circumstances.seed);
  // The field is emptied in the end to see what the product held.
  const held: { product?: Product } = { product: openProduct(pinterest.url, pinterest.api, clock, way) };
  const emptyBytes = heapBytes("without garbage");
  const began = { virtual: clock.now(), real: performance.now() };
  const { found, mostBytes } = await clock.run(readAll(held, scenario, numbers, circumstances.parallel));
  const realMs = performance.now() - began.real;
  clock.sleeps.length = 0;
  const fullBytes = heapBytes("without garbage");
  delete held.product;
  return {
    ...found,
    ...pinterest.traffic,
    virtualMs: clock.now() - began.virtual,
    realMs,
    heldBytesEach: (fullBytes - heapBytes("without garbage")) / numbers.length,
    peakBytes: mostBytes - emptyBytes,
  };
}

/** Reads in order, so many at a time: the engine's step executor has a fixed number of workers that take the next step. */
async function readAll(held: { product?: Product }, spread: Spread, numbers: Uint32Array, parallel: number) {
  const found: Found = { read: 0, drifted: 0, failed: 0 };
  let mostBytes = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < numbers.length) {
      if (next % lookEvery === 0) mostBytes = Math.max(mostBytes, heapBytes("with garbage"));
      const index = numbers[next++] as number;
      await readOne(held.product as Product, index, spread, found);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { found, mostBytes: Math.max(mostBytes, heapBytes("with garbage")) };
}

/** A read that fails does not keep the engine from the others. */
async function readOne(product: Product, index: number, spread: Spread, found: Found): Promise<void> {
  try {
    const live = await product.read(externalId(index), stateOf(index, spread));
    if (live === undefined) throw new Error("there is no such integration");
    found.read += 1;
    if (live.outputs.connectedTagId !== tagOf(index)) found.drifted += 1;
  } catch (error) {
    found.failed += 1;
    found.failure ??= (error as Error).message;
  }
}
