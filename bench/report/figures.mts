// The figures of docs/performance.md, which are those of the report.
import { farMs, usualCount } from "../matrix.mts";
import { type Cell, type Peer, peers, type Results, type Sweep, type Workload } from "../results.mts";
import { medianOf, passesOf, passesWith, peakOf, requestCount, stateOf, wallMs } from "../select.mts";
import {
  answersAfter,
  bytes,
  duration,
  integrations,
  quantityOrNone,
  requests,
  spreadOver,
  whole,
} from "../text.mts";
import { verdictsOn } from "../verdicts.mts";
import { passesMade } from "./completeness.mts";
import { table } from "./markdown.mts";
import { withMarked } from "./marked.mts";
import { besideFloor } from "./over-floor.mts";
import { tally } from "./targets.mts";

/** Between them stand the figures. */
export const figureMarks = ["<!-- figures of bench/results.json -->", "<!-- end of the figures -->"] as const;

/** What a row says of a peer. */
type Text = (peer: Peer) => string;

type Size = Pick<Cell, "count" | "accounts">;

/** How many are few: of those a command takes seconds, most of them to start. */
const few = 100;

/** Many and few with an account each, which is the usual case, and many of one account. */
const sizes: readonly Size[] = [
  { count: usualCount, accounts: "each" },
  { count: few, accounts: "each" },
  { count: usualCount, accounts: "one" },
];

/** Medians of integrations, Pinterest answering at once, and how many times those of the floor; nothing of a size that was not measured. */
export function figureTables(results: Results): string {
  return sizes
    .filter((size) => passesWith(results, { ...size, latencyMs: 0 }).length > 0)
    .map((size) => readmeTable(results, size))
    .join("\n\n");
}

function readmeTable(results: Results, size: Size): string {
  const wall =
    (workload: Workload): Text =>
    (peer) => {
      const cell = cellOf(peer, size);
      const time = quantityOrNone(medianOf(results, cell, workload, wallMs), "milliseconds");
      return besideFloor(time, results, cell, workload);
    };
  const withRequests =
    (workload: Workload): Text =>
    (peer) => {
      const time = wall(workload)(peer);
      const sent = medianOf(results, cellOf(peer, size), workload, requestCount);
      return sent ? `${time}, ${requests(sent)}` : time;
    };
  const rows: [string, Text][] = [
    ["`up` from nothing", wall("up")],
    ["`preview`", wall("preview")],
    ["`refresh`", withRequests("refresh")],
    ["`destroy`", wall("destroy")],
    [
      "memory of the provider process",
      (peer) => quantityOrNone(peakOf(results, cellOf(peer, size)), "bytes"),
    ],
    ["state a resource", (peer) => quantityOrNone(stateOf(results, cellOf(peer, size)), "bytes")],
    ["times measured", (peer) => whole(passesOf(results, cellOf(peer, size)).length)],
  ];
  return table(
    [`${integrations(size.count)}, ${spreadOver[size.accounts]}`, ...peers],
    rows.map(([name, text]) => [name, ...peers.map(text)]),
  );
}

function cellOf(peer: Peer, size: Size): Cell {
  return { peer, ...size, latencyMs: 0 };
}

/**
 * The page with these figures.
 * @throws Error when it has no place for them
 */
export function withFigures(page: string, results: Results): string {
  const figures = [
    figureTables(results),
    latencyText(results),
    ...results.sweeps.map(sweepText),
    howMuch(results),
  ]
    .filter((text) => text !== undefined)
    .join("\n\n");
  return withMarked(page, figureMarks, figures);
}

function howMuch(results: Results): string {
  return `${passesMade(results)} ${tally(verdictsOn(results), "")} [Which](../bench/RESULTS.md#targets).`;
}

/** Where answers take long, what asks first takes longer than what does not: nothing where that was not measured. */
function latencyText(results: Results): string | undefined {
  const said = (["straightforward-package", "dynamic", "plugin"] as const).map((peer) => {
    const time = medianOf(results, { peer, count: few, accounts: "each", latencyMs: farMs }, "up", wallMs);
    return time === undefined ? undefined : `${peer} ${duration(time)}`;
  });
  if (said.includes(undefined)) return undefined;
  return `With answers after ${farMs} ms, \`up\` of ${few} with an account each takes ${said.join(", ")}.`;
}

function sweepText(sweep: Sweep): string {
  const { merchants, latencyMs, wallMs, providerProcesses, providerPeakBytes } = sweep;
  const processes = providerProcesses === 1 ? "one process" : `${whole(providerProcesses)} processes`;
  return (
    `A drift check of ${whole(merchants)} merchants, each with its own account (\`pulumi refresh --preview-only\`, dynamic${answersAfter(latencyMs)}, measured once): ` +
    `${duration(wallMs)}, ${requests(requestCount(sweep))}, ${processes}, ${bytes(providerPeakBytes)}.`
  );
}
