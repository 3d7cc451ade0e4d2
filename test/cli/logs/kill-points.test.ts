import { expect, test } from "@jest/globals";
import { Interrupt } from "../../../provider/cli/logs/interrupt";
import { beginning, type Progress } from "../../../provider/cli/logs/journal";
import { type Range, rangesOf } from "../../../provider/cli/logs/ranges";
import { type Ending, Sender, type UnknownPolicy } from "../../../provider/cli/logs/sender";
import { PinterestApiError, PinterestTimeoutError } from "../../../provider/pinterest";
import type { LogsAnswer } from "../../../provider/pinterest/logs/answer";
import { reportLogs } from "../../../provider/pinterest/logs/report";
import { line } from "./helpers";

class Killed extends Error {}

const count = 700;
const faulty = [3, 251, 252, 600];
const rude = [20, 301, 699];

/** A file whose lines say their number; some are no entries, some are blank, and some Pinterest rejects. */
const file = Buffer.from(
  Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    if (faulty.includes(number)) return "{\n";
    return number % 50 === 0 ? "\n" : `${line(String(number))}\n`;
  }).join(""),
);
const entries = rangesOf(
  Array.from({ length: count }, (_, index) => index + 1).filter(
    (number) => number % 50 !== 0 && !faulty.includes(number) && !rude.includes(number),
  ),
).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

const context = { operation: "reportLogs" } as const;

/** A machine that is switched off at a moment, counted in what it does; what was kept and what Pinterest has outlive it. */
class World {
  recorded: number[] = [];
  rejected: number[] = [];
  /** Lines that a run has passed over or sent again by itself, as it was told to beforehand. */
  told: number[] = [];
  kept: Progress = beginning;
  moments = 0;

  constructor(
    readonly killAt: number,
    /** Which request fails, and how. */
    readonly failAt: number,
    readonly failure: "lost" | "lost-and-recorded" | "refused",
  ) {}

  requests = 0;

  moment(): void {
    this.moments += 1;
    if (this.moments === this.killAt) throw new Killed();
  }

  /** Takes all entries or none, and names one that is rude. */
  answer(numbers: readonly number[]): LogsAnswer {
    this.requests += 1;
    const fails = this.requests === this.failAt;
    if (fails && this.failure === "refused") {
      throw new PinterestApiError(context, { status: 401, code: 2, apiMessage: "no" });
    }
    const logIndex = numbers.findIndex((number) => rude.includes(number));
    if (logIndex >= 0) return { others: "refused", said: "no", rejections: [{ logIndex, reason: "rude" }] };
    if (!fails || this.failure === "lost-and-recorded") this.recorded.push(...numbers);
    if (fails) throw new PinterestTimeoutError(context, "unknown", { timeoutMs: 1, during: "waiting" });
    return { others: "accepted", said: "", rejections: [] };
  }

  async run(unknown: UnknownPolicy): Promise<Ending> {
    const from = this.kept;
    const sender = new Sender({
      from,
      unknown,
      interrupt: new Interrupt(),
      report: (logs) =>
        reportLogs(logs, async (batch) => {
          this.moment();
          const answer = this.answer(batch.map(({ wire }) => Number((wire as { message: string }).message)));
          this.moment();
          return answer;
        }),
      keep: (progress) => {
        this.moment();
        this.kept = structuredClone(progress);
      },
      reject: (rejection) => void this.rejected.push(rejection.line),
      onUnknown: (lines) => void this.told.push(...numbersIn(lines)),
      onProgress: () => {},
    });
    const rest = file.subarray(from.position.offset);
    return sender.run(pieces(rest));
  }
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += 5000) yield bytes.subarray(from, from + 5000);
}

const numbersIn = (ranges: readonly Range[]) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

/** Runs until the end, as a careful person does who looks at each line in doubt; gives the lines that were in doubt. */
async function finish(world: World): Promise<number[]> {
  const doubts: number[] = [];
  for (let runs = 0; runs < 20; runs += 1) {
    const unknown = numbersIn(world.kept.pending?.unknown ?? []);
    doubts.push(...unknown);
    // The person decides: what Pinterest has is passed over, and else it is sent again.
    const has = unknown.some((number) => world.recorded.includes(number));
    try {
      const ending = await world.run(unknown.length === 0 ? "stop" : has ? "skip" : "resend");
      if (ending.kind === "done") return [...doubts, ...world.told];
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  throw new Error("it comes to no end");
}

test.each(["lost", "lost-and-recorded", "refused"] as const)(
  "killed at any moment, and with an answer that is %s, every line is recorded once, rejected, or named as in doubt",
  async (failure) => {
    let killAt = 1;
    for (let reached = true; reached; killAt += 1) {
      const world = new World(killAt, 1 + (killAt % 7), failure);
      const doubts = await finish(world);
      reached = world.moments >= killAt;
      const twice = world.recorded.filter((number, index) => world.recorded.indexOf(number) < index);
      expect(twice.filter((number) => !world.told.includes(number))).toEqual([]);
      const missing = entries.filter((number) => !world.recorded.includes(number));
      expect(missing.filter((number) => !doubts.includes(number))).toEqual([]);
      expect(world.kept).toMatchObject({ done: true, position: { line: count + 1, offset: file.length } });
      const untold = [...faulty, ...rude].filter((number) => !world.rejected.includes(number));
      expect(untold.filter((number) => !doubts.includes(number))).toEqual([]);
    }
    expect(killAt).toBeGreaterThan(20);
  },
);

test("a killed run leaves in doubt no more than what was under way", async () => {
  // The first request is refused and made again; the ninth moment is the answer to the first one of the second batch.
  const world = new World(9, 0, "lost");
  await expect(world.run("stop")).rejects.toThrow(Killed);
  const doubts = numbersIn(world.kept.pending?.unknown ?? []);
  expect(doubts.length).toBeGreaterThan(0);
  expect(doubts.length).toBeLessThanOrEqual(250);
  const settled = world.recorded.filter((number) => !doubts.includes(number));
  expect(settled.length).toBeGreaterThan(0);
  expect(settled.filter((number) => number >= world.kept.position.line)).toEqual([]);
});
