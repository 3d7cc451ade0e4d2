import type { Emulator } from "../../emulator";
import type { Declaration } from "./program";
import type { Value } from "./vocabulary";
import type { Kill } from "./world";

export type Fault = Parameters<Emulator["armFault"]>[0];
export type Switches = Parameters<Emulator["setSwitches"]>[0];

/** Resources are meant by a number that is taken modulo how many there are, so that any step makes sense anywhere. */
type Nth = number;

/** A change of the program's text. */
export type Edit =
  | { do: "declare"; declaration: Omit<Declaration, "externalBusinessId"> }
  | { do: "undeclare"; nth: Nth }
  /** Back to the program that the latest `up` but one had, as after a failure. */
  | { do: "revert" }
  | { do: "set"; nth: Nth; field: string; value: Value }
  | { do: "unset"; nth: Nth; field: string }
  | { do: "rename"; nth: Nth }
  | { do: "anotherId"; nth: Nth }
  | { do: "account"; nth: Nth; account: "shop-2" | "alias" | undefined }
  | { do: "adopt"; nth: Nth; adopt: boolean }
  | { do: "whenRemoved"; nth: Nth; whenRemoved: "clear" | "release" };

/** A change at Pinterest that no program makes. */
export type Meddling =
  | { do: "change"; nth: Nth; field: string; value: Value | undefined }
  /** Changes or clears a field that the program declares. */
  | { do: "drift"; nth: Nth; clears: boolean }
  /** Back to what the program says, but for its secret fields. */
  | { do: "restore"; nth: Nth }
  | { do: "delete"; nth: Nth }
  | { do: "make"; fields: Record<string, Value> }
  | { do: "giveAway"; nth: Nth };

/** A run of the engine. */
export type Command = {
  do: "up" | "refresh" | "preview" | "destroy";
  refresh: boolean;
  continueOnError: boolean;
  /** Whether it begins before all that was done before can be read. */
  atOnce: boolean;
  kill?: Kill | undefined;
};

export type Action =
  | { kind: "edit"; edit: Edit }
  | { kind: "meddle"; meddling: Meddling }
  | { kind: "arm"; fault: Fault }
  | { kind: "mend" }
  | { kind: "switch"; switches: Switches }
  | { kind: "run"; command: Command };

/** A whole story: how Pinterest behaves, and what happens. */
export interface Sequence {
  readonly switches: Switches;
  /** How often a request that fails is sent at most. */
  readonly maxAttempts: 1 | 4;
  readonly actions: readonly Action[];
}
