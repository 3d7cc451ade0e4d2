// Writes the results for people: the summary and the table of docs/performance.md, and the targets of bench/README.md.
import {
  type Command,
  commands,
  floor,
  type Measurement,
  median,
  type Peer,
  peerLabels,
  peers,
  type Results,
  type Save,
  type Selection,
  saves,
  select,
  sizesOf,
  wallRatio,
} from "./results.mts";
import { type Target, type Verdict, verdicts } from "./targets.mts";

/**
 * Replaces the summary and the results in a page.
 *
 * @throws Error if the page has no marker comments.
 */
export function withResults(page: string, results: Results): string {
  return withPart(withPart(page, "summary", summaryText(results)), "results", resultsMarkdown(results));
}

/**
 * Replaces the targets in a page.
 *
 * @throws Error if the page has no marker comments.
 */
export function withTargets(page: string, results: Results): string {
  return withPart(page, "targets", targetsText(verdicts(results)));
}

function withPart(page: string, name: string, text: string): string {
  const marks = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of the ${name} -->`] as const;
  const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`The page needs the markers ${marks.join(" and ")}.`);
  return `${page.slice(0, begin + marks[0].length)}\n\n${text}\n\n${page.slice(end)}`;
}

/** The figures that a reader needs to decide: the largest stack, and the drift check of the plugin. */
function summaryText(results: Results): string {
  const integrations = Math.max(...sizesOf(results));
  const up = (peer: Peer, save: Save) => {
    const wallMs = middle(
      results,
      { peer, integrations, command: "up", save },
      (measurement) => measurement.wallMs,
    );
    return wallMs === undefined ? "–" : duration(wallMs);
  };
  const check = results.driftChecks.find(({ peer }) => peer === "plugin");
  return [
    `- **The first deployment of ${whole(integrations)} shops takes ${up("dynamic", "each step")}.** Pulumi alone needs ` +
      `${up(floor, "each step")} of this. If Pulumi [saves its state once](large-stacks.md#save-the-state-once), it takes ${up("dynamic", "once")}.`,
    `- **A drift check of ${whole(check?.merchants ?? 0)} shops takes ${duration(check?.wallMs ?? 0)}**, if each has its own Pinterest account.`,
    "- **For more shops, add machines:** a [fleet](fleet/README.md) divides them among any number of workers.",
  ].join("\n");
}

function resultsMarkdown(results: Results): string {
  const parts = Object.entries(results.machine).map(([name, value]) => `${name} ${value}`);
  return [
    resultsTable(results),
    [
      ...results.driftChecks.map(
        ({ peer, merchants, wallMs, peakBytes, requests }) =>
          `- **Drift check** of ${whole(merchants)} merchants, ${peerLabels[peer]}: ${duration(wallMs)}, ` +
          `${whole(requests)} requests, ${megabytes(peakBytes)}.`,
      ),
      `- **Import** of the package: ${results.importMs} ms after \`@pulumi/pulumi\`.`,
      `- **Machine**, ${results.measuredOn}: ${parts.join(" · ")}.`,
    ].join("\n"),
  ].join("\n\n");
}

/** One column for each provider. A provider that was not measured at a size has a dash. */
export function resultsTable(results: Results): string {
  const rows = sizesOf(results).flatMap((integrations) => {
    const row = (name: string, cell: (selection: Selection & { peer: Peer }) => string | undefined) => {
      const cells = peers.map((peer) => cell({ peer, integrations }) ?? "–");
      return [whole(integrations), name, ...cells];
    };
    return [
      ...saves.flatMap((save) =>
        commands.map((command) =>
          row(nameOf(command, save), (selection) => wallText(results, { ...selection, command, save })),
        ),
      ),
      row("processor time of all commands", (selection) => {
        const sums = saves.flatMap((save) =>
          commands.map((command) => middle(results, { ...selection, command, save }, ({ cpuMs }) => cpuMs)),
        );
        return sums.includes(undefined)
          ? undefined
          : duration(sums.reduce<number>((sum, ms) => sum + (ms ?? 0), 0));
      }),
      row("peak memory of all processes", (selection) => {
        const peak = peakBytes(results, selection);
        return peak === undefined ? undefined : megabytes(peak);
      }),
      row("state of an integration", (selection) => {
        const bytes = middle(results, { ...selection, command: "up" }, ({ stateBytes }) => stateBytes);
        return bytes === undefined ? undefined : `${whole(bytes)} bytes`;
      }),
      row("requests: `up`, `preview --refresh`, `destroy`", (selection) => {
        const counts = (["up", "preview --refresh", "destroy"] as const).map((command) =>
          middle(results, { ...selection, command }, ({ requests }) => requests),
        );
        return counts.includes(undefined) ? undefined : counts.map((count) => whole(count ?? 0)).join(", ");
      }),
    ];
  });
  const head = ["integrations", "", ...peers.map((peer) => peerLabels[peer])];
  const alignment = ["--:", "---", ...peers.map(() => "--:")];
  return tableOf(head, alignment, rows);
}

/** The largest memory of any command, as the median of the rounds. */
export function peakBytes(results: Results, selection: Selection): number | undefined {
  const rounds = Map.groupBy(select(results, selection), ({ round }) => round);
  return median([...rounds.values()].map((round) => Math.max(...round.map(({ peakBytes }) => peakBytes))));
}

function nameOf(command: Command, save: Save): string {
  return save === "once" ? `\`${command}\`, state saved once` : `\`${command}\``;
}

/** Such as "57.1 s (1.07×)". */
function wallText(results: Results, selection: Selection & { peer: Peer }): string | undefined {
  const wallMs = middle(results, selection, (measurement) => measurement.wallMs);
  if (wallMs === undefined) return undefined;
  const ratio =
    selection.peer === floor ? undefined : wallRatio(results, selection, { ...selection, peer: floor });
  return ratio === undefined ? duration(wallMs) : `${duration(wallMs)} (${times(ratio)})`;
}

function middle(results: Results, selection: Selection, figure: (measurement: Measurement) => number) {
  return median(select(results, selection).map(figure));
}

/** The number of met targets, a table of the missed ones, and the causes, to which the table refers by number. */
export function targetsText(all: readonly Verdict[]): string {
  const missed = all.filter(({ met }) => !met);
  const count = `- **Targets**: ${all.length - missed.length} of ${all.length} met.`;
  if (missed.length === 0) return count;
  const causes = [...new Set(missed.flatMap(({ cause }) => cause ?? []))];
  const rows = missed.map(({ name, measured, bound, limit, unit, cause }) => {
    const number = cause === undefined ? "" : String(causes.indexOf(cause) + 1);
    return [name, quantity(measured, unit), `${bound} ${quantity(limit, unit)}`, number];
  });
  const table = tableOf(["missed target", "measured", "target", "cause"], ["---", "--:", "--:", "--:"], rows);
  return [count, table, causes.map((cause, index) => `${index + 1}. ${cause}.`).join("\n")].join("\n\n");
}

function tableOf(
  head: readonly string[],
  alignment: readonly string[],
  rows: readonly (readonly string[])[],
) {
  return [head, alignment, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function quantity(value: number, unit: Target["unit"]): string {
  if (unit === "times") return times(value);
  if (unit === "milliseconds") return duration(value);
  return `${whole(value)} ${unit}`;
}

export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  return `${seconds.toFixed(seconds >= 100 ? 0 : seconds >= 10 ? 1 : 2)} s`;
}

export function megabytes(bytes: number): string {
  return `${whole(bytes / 1e6)} MB`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
