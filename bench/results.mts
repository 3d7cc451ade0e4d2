/** What `bench/results.json` holds: measurements only. Medians, ratios and verdicts are derived from it. */
export interface Results {
  /** Of this format. */
  readonly version: 4;
  readonly machine: Machine;
  /** One pass of all workloads each. Passes of the same cell are repetitions. */
  readonly passes: readonly Pass[];
  /** What is not measured on the engine. Missing where only passes were asked for. */
  readonly figures?: Figures;
  readonly sweeps: readonly Sweep[];
}

export interface Machine {
  /** Such as "Intel Xeon E5". */
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Versions of "node", "pulumi" (the engine), "@pulumi/pulumi" and "pulumi-pinterest", and whose "Node.js host" the engine has. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * What users would pick, beside their program and as a package, the product's two front ends, and their floors: a plugin and a dynamic
 * provider that do nothing.
 */
export const peers = [
  "straightforward",
  "straightforward-package",
  "dynamic",
  "plugin",
  "nothing",
  "nothing-dynamic",
] as const;
export type Peer = (typeof peers)[number];

/** The product's. */
export const frontEnds = ["dynamic", "plugin"] as const;
export type FrontEnd = (typeof frontEnds)[number];

/** What asks nobody. */
export type Floor = "nothing" | "nothing-dynamic";

export function isFloor(peer: Peer): peer is Floor {
  return peer === "nothing" || peer === "nothing-dynamic";
}

/** The commands of a pass, in the order in which they are run. */
export const workloads = ["up", "preview", "preview-refresh", "refresh", "change", "destroy"] as const;
export type Workload = (typeof workloads)[number];

/** Whether all integrations are one account's, or each has an account of its own. */
export type Accounts = "one" | "each";

/** What is measured with repetitions: a peer in one of the situations. */
export interface Cell {
  readonly peer: Peer;
  /** How many integrations the stack has. */
  readonly count: number;
  readonly accounts: Accounts;
  /** How long the emulator waits with each answer. */
  readonly latencyMs: number;
}

/** When something was measured, and of what. */
export interface Origin {
  /** In ISO 8601. Passes of a situation that began together are a round: their commands were run in turn. */
  readonly startedAt: string;
  /** The fingerprint of the code that was measured. */
  readonly code: string;
}

export interface Pass extends Cell, Origin {
  readonly commands: Readonly<Record<Workload, CommandFigures>>;
  readonly state: StateFigures;
}

export interface CommandFigures {
  readonly wallMs: number;
  /** Processor time of the engine and all that it started, user and system. */
  readonly cpuMs: number;
  /** The provider processes' own part of it, but for the last 50 ms that each of them ran. */
  readonly providerCpuMs: number;
  /** The largest resident memory that one provider process had, without the language host's and the program's. */
  readonly providerPeakBytes: number;
  /** How many provider processes there were. */
  readonly providerProcesses: number;
  /** Requests by operation, counted by the emulator; operations without any are left out. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Of the stack's state after `up`. */
export interface StateFigures {
  /** Of an integration's resource as JSON without white space, on average. */
  readonly bytesAResource: number;
  /** Of the provider's code as one resource's outputs keep it; its inputs do once more. 0 where there is none. */
  readonly providerTextBytes: number;
}

/** Several measurements of the same thing. */
export interface Samples {
  readonly values: readonly number[];
}

export interface Figures extends Origin {
  /** Milliseconds that `require("pulumi-pinterest")` takes after `@pulumi/pulumi`. */
  readonly importMs: Samples;
  /** A request by the client over one by undici alone: one after the other, and 16 at once. */
  readonly clientRatio: { readonly sequential: Samples; readonly concurrent: Samples };
  /** Of what `npm pack` makes. */
  readonly packageBytes: number;
  /** Of it unpacked. */
  readonly unpackedBytes: number;
  /** Installed packages beyond those that `@pulumi/pulumi` brings. */
  readonly installedPackages: number;
  readonly installedBytes: number;
}

/** A drift check of many merchants, each with an integration and a token of its own, on real processes. */
export interface Sweep extends Origin, CommandFigures {
  readonly merchants: number;
  /** How long the emulator waited with each answer. */
  readonly latencyMs: number;
}
