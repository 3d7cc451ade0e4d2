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
import { bytes, duration, quantityOrNone, whole } from "../text.mts";
import { table } from "./markdown.mts";

const count = 1000;

/** Between them stand the figures. */
export const readmeMarks = ["<!-- figures of bench/results.json -->", "<!-- end of the figures -->"] as const;

/** What a row says of a peer. */
type Text = (peer: Peer) => string;

/** Medians of 1,000 integrations, of one account and of an account each, Pinterest answering at once. */
export function readmeTable(results: Results): string {
  const wall =
    (accounts: Accounts, workload: Workload): Text =>
    (peer) =>
      quantityOrNone(medianOf(results, cellOf(peer, accounts), workload, wallMs), "milliseconds");
  const withRequests =
    (accounts: Accounts, workload: Workload): Text =>
    (peer) => {
      const time = wall(accounts, workload)(peer);
      const requests = medianOf(results, cellOf(peer, accounts), workload, requestCount);
      return requests ? `${time}, ${whole(requests)} ${requests === 1 ? "request" : "requests"}` : time;
    };
  const rows: [string, Text][] = [
    ["`up` from nothing", wall("one", "up")],
    ["`preview`", wall("one", "preview")],
    ["`refresh`", withRequests("one", "refresh")],
    ["`destroy`", wall("one", "destroy")],
    ["state a resource", (peer) => quantityOrNone(stateOf(results, cellOf(peer, "one")), "bytes")],
    ["an account each: `up`", wall("each", "up")],
    ["`preview`", wall("each", "preview")],
    ["`refresh`", withRequests("each", "refresh")],
    ["`destroy`", wall("each", "destroy")],
    ["passes of each", (peer) => passesText(results, peer)],
  ];
  return table(
    [`${whole(count)} integrations of one account`, ...peers],
    rows.map(([name, text]) => [name, ...peers.map(text)]),
  );
}

/** With one account, and with an account each: "2, 1" */
function passesText(results: Results, peer: Peer): string {
  return (["one", "each"] as const)
    .map((accounts) => passesOf(results, cellOf(peer, accounts)).length)
    .join(", ");
}

function cellOf(peer: Peer, accounts: Accounts): Cell {
  return { peer, count, accounts, latencyMs: 0 };
}

/**
 * The README with these figures.
 * @throws Error when it has no place for them
 */
export function withFigures(readme: string, results: Results): string {
  const [begin, end] = readmeMarks.map((mark) => readme.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin)
    throw new Error("README.md has lost the marks between which its figures stand");
  const from = begin + readmeMarks[0].length;
  const figures = [readmeTable(results), ...results.sweeps.map(sweepText)].join("\n\n");
  return `${readme.slice(0, from)}\n\n${figures}\n\n${readme.slice(end)}`;
}

function sweepText(sweep: Sweep): string {
  const { merchants, wallMs, providerProcesses, providerPeakBytes } = sweep;
  const processes = providerProcesses === 1 ? "one process" : `${whole(providerProcesses)} processes`;
  return (
    `A drift check of ${whole(merchants)} merchants with an account of their own each (\`pulumi refresh --preview-only\`): ` +
    `${duration(wallMs)}, ${whole(requestCount(sweep))} requests, ${processes}, ${bytes(providerPeakBytes)}.`
  );
}
