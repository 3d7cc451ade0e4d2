import type { Emulator } from "../../emulator";
import type { DeletionLimits } from "../../provider/run/ledger";
import type { ExternalChange } from "./external-changes";
import type { KillAfterRequests } from "./kill-switch";
import type { Edit, Language } from "./program";
import type { ExchangeFault } from "./tokens";

export type Fault = Parameters<Emulator["armFault"]>[0];
export type Switches = Parameters<Emulator["setSwitches"]>[0];

/** A command of the engine, and its interruptions. */
export interface Command extends DeletionLimits {
  readonly do: "up" | "refresh" | "preview" | "destroy";
  readonly refresh: boolean;
  /** Whether `destroy` runs the program. */
  readonly runProgram: boolean;
  /** Whether it starts while reads after earlier writes can be stale. */
  readonly withoutPause: boolean;
  /** The chosen resources in state and the program, as numbers modulo their count. Undefined: all. */
  readonly chosen: { readonly nth: readonly number[]; readonly by: "target" | "exclude" } | undefined;
  /** Whether the targets are replaced (`--target-replace`). */
  readonly replaceTargets: boolean;
  /** The resource that `pulumi state taint` marks before the command, as a number like in `chosen`. */
  readonly tainted: number | undefined;
  /** The resource whose entry in state is copied under another name before the command (`pulumi stack import`), as a number like in `chosen`. */
  readonly copied: { readonly nth: number; readonly name: string } | undefined;
  readonly continueOnError: boolean;
  /** Whether the program ends normally although a registration has failed (only with `continueOnError`). */
  readonly survives: boolean;
  readonly deleteOldestFirst: boolean;
  /** Whether deletions of two processes overlap. */
  readonly overlaps: boolean;
  /** Whether the file with the records of the run is deleted while a deletion waits, such as for others that count for the delete limit. */
  readonly losesRecords: boolean;
  readonly kill: Kill | undefined;
  /** Whether Pinterest rejects the access tokens of earlier commands. */
  readonly expires: boolean;
  readonly exchange: ExchangeFault | undefined;
  /** The difference between the clock of the machine that runs the command and Pinterest's, in milliseconds. */
  readonly skewMs: number;
}

/** When the engine and all processes are killed. */
export type Kill =
  | KillAfterRequests
  /** After the program has ended, before the deletions. */
  | "before deletions";

/** An `up` of everything without interruptions. */
export const plainUp: Command = {
  do: "up",
  refresh: false,
  runProgram: false,
  withoutPause: false,
  chosen: undefined,
  replaceTargets: false,
  tainted: undefined,
  copied: undefined,
  continueOnError: false,
  survives: false,
  deleteOldestFirst: false,
  overlaps: false,
  losesRecords: false,
  kill: undefined,
  expires: false,
  exchange: undefined,
  skewMs: 0,
};

export type Action =
  | { readonly kind: "edit"; readonly edit: Edit }
  | { readonly kind: "externalChange"; readonly change: ExternalChange }
  | { readonly kind: "arm"; readonly fault: Fault }
  | { readonly kind: "fix" }
  | { readonly kind: "switch"; readonly switches: Switches }
  | { readonly kind: "run"; readonly command: Command };

/** How the program is deployed. */
export interface Settings {
  readonly language: Language;
  /** Whether each update checks for drift, or skips the engine's reads (`pinterest:detectDrift`). */
  readonly reads: "check" | "skip";
  /** Whether all processes exchange refresh tokens, and share a token file. Otherwise, they have access tokens. */
  readonly refreshesTokens: boolean;
  /** The maximum number of attempts of a request. */
  readonly maxAttempts: 1 | 4;
  /** Whether previews follow each successful command. */
  readonly previews: boolean;
}

/** A sequence of steps from an empty Pinterest. */
export interface Sequence {
  readonly settings: Settings;
  /** Pinterest's behavior. */
  readonly switches: Switches;
  readonly actions: readonly Action[];
}
