import type { Declarations } from "../engine/helpers/program";
import type { Outcome, State, Step } from "./engine";

/** The outcome of a command for all worlds. */
export interface StackRun {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: Outcome["errors"];
}

/** One stack for all worlds: of the real engine, or of the protocol lab. */
export interface Stack {
  program(declarations: Declarations): void;
  run(command: "up" | "destroy", options: { refresh: boolean }): Promise<StackRun>;
  /** State, with its secrets in plaintext. */
  state(): Promise<State>;
  /** The steps of a preview, apart from resources that stay the same. */
  preview(options: { refresh: boolean }): Promise<Step[]>;
}
