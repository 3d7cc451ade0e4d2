import type { Emulator } from "../../emulator";
import type { Value } from "./fields";
import type { Kill } from "./kill-switch";
import type { Declaration } from "./program";

export type Fault = Parameters<Emulator["armFault"]>[0];
export type Switches = Parameters<Emulator["setSwitches"]>[0];

/** A resource, as a number modulo the number of resources, so that each step is valid for each program. */
type Nth = number;

/** A change to the program. */
export type Edit =
  | { do: "declare"; declaration: Omit<Declaration, "externalBusinessId"> }
  | { do: "undeclare"; nth: Nth }
  /** Restores the program of the `up` before the last one, like after a failure. */
  | { do: "revert" }
  | { do: "set"; nth: Nth; field: string; value: Value }
  | { do: "unset"; nth: Nth; field: string }
  | { do: "rename"; nth: Nth }
  | { do: "changeId"; nth: Nth }
  | { do: "account"; nth: Nth; account: "shop-2" | "alias" | undefined }
  | { do: "adopt"; nth: Nth; adopt: boolean }
  | { do: "whenRemoved"; nth: Nth; whenRemoved: "clear" | "release" };

/** A change at Pinterest outside of Pulumi. */
export type ExternalChange =
  | { do: "change"; nth: Nth; field: string; value: Value | undefined }
  /** Changes or clears a field that the program declares. */
  | { do: "drift"; nth: Nth; clears: boolean }
  /** Back to the values of the program, except for secret fields. */
  | { do: "restore"; nth: Nth }
  | { do: "delete"; nth: Nth }
  | { do: "create"; fields: Record<string, Value> }
  | { do: "transfer"; nth: Nth };

/** A command of the engine. */
export type Command = {
  do: "up" | "refresh" | "preview" | "destroy";
  refresh: boolean;
  continueOnError: boolean;
  /** Whether it starts while reads after earlier writes can be stale. */
  withoutPause: boolean;
  kill?: Kill | undefined;
};

export type Action =
  | { kind: "edit"; edit: Edit }
  | { kind: "externalChange"; change: ExternalChange }
  | { kind: "arm"; fault: Fault }
  | { kind: "fix" }
  | { kind: "switch"; switches: Switches }
  | { kind: "run"; command: Command };

/** A sequence of steps, and Pinterest's behavior. */
export interface Sequence {
  readonly switches: Switches;
  /** The maximum number of attempts of a request. */
  readonly maxAttempts: 1 | 4;
  readonly actions: readonly Action[];
}
