// The figures of the README, which are the report's.
import {
  type Accounts,
  type Cell,
  type Peer,
  peers,
  type Results,
  type Sweep,
  type Workload,
} from "../results.mts";
import { medianOf, passesOf, requestCount, stateOf, wallMs } from "../select.mts";
import { bytes, duration, quantityOrNone, requests, spreadOver, whole } from "../text.mts";
import { table } from "./markdown.mts";
import { withMarked } from "./marked.mts";
import { besideFloor } from "./over-floor.mts";

const count = 1000;

/** Between them stand the figures. */
export const readmeMarks = ["<!-- figures of bench/results.json -->", "<!-- end of the figures -->"] as const;

/** What a row says of a peer. */
type Text = (peer: Peer) => string;

/**
 * Medians of 1,000 integrations, Pinterest answering at once, and how many times those of the floor: with an account each, which is the
 * usual case, and of one account.
 */
export function readmeTables(results: Results): string {
  return [readmeTable(results, "each"), readmeTable(results, "one")].join("\n\n");
}

function readmeTable(results: Results, accounts: Accounts): string {
  const wall =
    (workload: Workload): Text =>
    (peer) => {
      const cell = cellOf(peer, accounts);
      const time = quantityOrNone(medianOf(results, cell, workload, wallMs), "milliseconds");
      return besideFloor(time, results, cell, workload);
    };
  const withRequests =
    (workload: Workload): Text =>
    (peer) => {
      const time = wall(workload)(peer);
      const sent = medianOf(results, cellOf(peer, accounts), workload, requestCount);
      return sent ? `${time}, ${requests(sent)}` : time;
    };
  const rows: [string, Text][] = [
    ["`up` from nothing", wall("up")],
    ["`preview`", wall("preview")],
    ["`refresh`", withRequests("refresh")],
    ["`destroy`", wall("destroy")],
    ["state a resource", (peer) => quantityOrNone(stateOf(results, cellOf(peer, accounts)), "bytes")],
    ["times measured", (peer) => whole(passesOf(results, cellOf(peer, accounts)).length)],
  ];
  return table(
    [`${whole(count)} integrations, ${spreadOver[accounts]}`, ...peers],
    rows.map(([name, text]) => [name, ...peers.map(text)]),
  );
}

function cellOf(peer: Peer, accounts: Accounts): Cell {
  return { peer, count, accounts, latencyMs: 0 };
}

/**
 * The README with these figures.
 * @throws Error when it has no place for them
 */
export function withFigures(readme: string, results: Results): string {
  const figures = [readmeTables(results), latencyText(results), ...results.sweeps.map(sweepText)]
    .filter((text) => text !== undefined)
    .join("\n\n");
  return withMarked(readme, readmeMarks, figures);
}

/** Where answers take long, what asks first takes longer than what does not: nothing where that was not measured. */
function latencyText(results: Results): string | undefined {
  const [count, latencyMs] = [100, 80];
  const said = (["straightforward-package", "dynamic", "plugin"] as const).map((peer) => {
    const time = medianOf(results, { peer, count, accounts: "each", latencyMs }, "up", wallMs);
    return time === undefined ? undefined : `${peer} ${duration(time)}`;
  });
  if (said.includes(undefined)) return undefined;
  return `With answers after ${latencyMs} ms, \`up\` of ${count} with an account each takes ${said.join(", ")}.`;
}

function sweepText(sweep: Sweep): string {
  const { merchants, wallMs, providerProcesses, providerPeakBytes } = sweep;
  const processes = providerProcesses === 1 ? "one process" : `${whole(providerProcesses)} processes`;
  return (
    `A drift check of ${whole(merchants)} merchants with an account of their own each (\`pulumi refresh --preview-only\`, by the dynamic front end, measured once): ` +
    `${duration(wallMs)}, ${requests(requestCount(sweep))}, ${processes}, ${bytes(providerPeakBytes)}.`
  );
}
