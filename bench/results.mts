// The format of results.json, and the figures that are derived from it.

export const peers = ["straightforward", "straightforward-package", "dynamic", "plugin", "nothing"] as const;
export type Peer = (typeof peers)[number];

/** The providers of this package. */
export const ownPeers = ["dynamic", "plugin"] as const;
export type OwnPeer = (typeof ownPeers)[number];

/** The provider that the others are compared with: it sends no requests. */
export const floor: Peer = "nothing";

export const peerLabels: Readonly<Record<Peer, string>> = {
  straightforward: "straightforward",
  "straightforward-package": "… as a package",
  dynamic: "dynamic provider",
  plugin: "plugin",
  nothing: "does nothing",
};

/** In the order in which a stack runs them. */
export const commands = ["up", "preview", "preview --refresh", "destroy"] as const;
export type Command = (typeof commands)[number];

/** Whether the engine saves the state at each step, which is its default, or once, with PULUMI_SKIP_CHECKPOINTS. */
export const saves = ["each step", "once"] as const;
export type Save = (typeof saves)[number];

/** Figures of a command and all processes that it starts. */
export interface ProcessFigures {
  readonly wallMs: number;
  /** User and system time. */
  readonly cpuMs: number;
  /** The largest sum of the processes' memory at any time, without program files. */
  readonly peakBytes: number;
}

export interface Measurement extends ProcessFigures {
  readonly peer: Peer;
  readonly integrations: number;
  /** The commands of a round run in turn for all peers. */
  readonly round: number;
  readonly command: Command;
  readonly save: Save;
  /** To Pinterest. */
  readonly requests: number;
  /** State of an integration after the command, as JSON without whitespace. 0 after a destroy. */
  readonly stateBytes: number;
}

export interface DriftCheck extends ProcessFigures {
  readonly peer: OwnPeer;
  readonly merchants: number;
  readonly requests: number;
}

export interface Results {
  /** An ISO date. */
  readonly measuredOn: string;
  /** Label and value of each part, such as "processor" and "pulumi". */
  readonly machine: Readonly<Record<string, string>>;
  /** The time to load the package after Pulumi's SDK. */
  readonly importMs: number;
  readonly measurements: readonly Measurement[];
  readonly driftChecks: readonly DriftCheck[];
}

/** The properties that select measurements. */
export type Selection = Partial<Pick<Measurement, "peer" | "integrations" | "round" | "command" | "save">>;

export function select({ measurements }: Results, selection: Selection): readonly Measurement[] {
  const conditions = Object.entries(selection) as [keyof Selection, unknown][];
  return measurements.filter((measurement) => conditions.every(([key, value]) => measurement[key] === value));
}

/** Undefined without values. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/**
 * The median of the ratios of wall time within each round. A slow minute of the machine affects both sides of such a ratio.
 *
 * @returns undefined if no round has both sides.
 */
export function wallRatio(results: Results, of: Selection, to: Selection): number | undefined {
  const ratios = select(results, of).flatMap(({ wallMs, round }) =>
    select(results, { ...to, round }).map((other) => wallMs / other.wallMs),
  );
  return median(ratios);
}

/** The measured numbers of integrations, the largest first. */
export function sizesOf({ measurements }: Results): number[] {
  return [...new Set(measurements.map(({ integrations }) => integrations))].sort((a, b) => b - a);
}

/** JSON with one measurement on each line. */
export function resultsText({ measurements, driftChecks, ...rest }: Results): string {
  const lines = (rows: readonly object[]) =>
    `[${rows.map((row) => `\n    ${JSON.stringify(row)}`).join(",")}\n  ]`;
  const head = JSON.stringify(rest, undefined, 2).replace(/\n}$/, "");
  return `${head},\n  "measurements": ${lines(measurements)},\n  "driftChecks": ${lines(driftChecks)}\n}\n`;
}
