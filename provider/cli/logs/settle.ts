import { type LogReport, PinterestError, type RejectedLog } from "../../pinterest";
import type { Held } from "./batch";
import type { RejectedLine } from "./rejections";

/** What became of a batch. Every entry is in one of the four. */
export interface Settled {
  readonly accepted: number;
  readonly rejected: readonly RejectedLine[];
  /** Pinterest may have recorded them. */
  readonly unknown: readonly Held[];
  /** Pinterest has surely not recorded them, for a reason that is not their own. */
  readonly unsent: readonly Held[];
  /** What kept the others from being sent. */
  readonly stopped: PinterestError | undefined;
  /** Why something is unknown. */
  readonly reason: string;
  /** Whether anything came to its end. */
  readonly progressed: boolean;
}

/** Sorts out a report by the lines that its entries stand in; an error in its place says that nothing was recorded. */
export function settle(held: readonly Held[], report: LogReport | PinterestError): Settled {
  if (report instanceof PinterestError) {
    return {
      accepted: 0,
      rejected: [],
      unknown: [],
      unsent: held,
      stopped: report,
      reason: "",
      progressed: false,
    };
  }
  const faults = new Map<number, RejectedLog[]>();
  for (const rejection of report.rejected) {
    faults.set(rejection.index, [...(faults.get(rejection.index) ?? []), rejection]);
  }
  const blameless = [...faults].filter(([, list]) => list.every((fault) => fault.blameless));
  const progressed = report.accepted.length > 0 || blameless.length < faults.size;
  // Where no request is refused for fewer entries than before, sending once more would not end.
  const unsent = progressed || report.stopped !== undefined ? blameless.map(([index]) => index) : [];
  for (const index of unsent) faults.delete(index);
  return {
    accepted: report.accepted.length,
    rejected: [...faults].flatMap(([index, list]) => {
      const { start, text } = held[index] ?? {};
      return start === undefined ? [] : [{ line: start.line, faults: list, text, json: true }];
    }),
    unknown: report.unknown.flatMap(({ index }) => held[index] ?? []),
    unsent: unsent.sort((left, right) => left - right).flatMap((index) => held[index] ?? []),
    stopped: report.stopped,
    reason: report.unknown[0]?.reason ?? "",
    progressed,
  };
}
