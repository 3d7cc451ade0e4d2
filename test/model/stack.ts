import type { Declarations } from "../engine/helpers/program";
import type { Outcome, State, Step } from "./engine";

/** The outcome of a command for all worlds. */
export interface StackRun {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: Outcome["errors"];
}

/** One stack for all worlds, with the real engine or the in-process engine. */
export interface Stack {
  program(declarations: Declarations): void;
  run(command: "up" | "destroy", options: { refresh: boolean }): Promise<StackRun>;
  /** Returns the state, with secrets in plaintext. */
  state(): Promise<State>;
  /** Returns the steps of a preview, without unchanged resources. */
  preview(options: { refresh: boolean }): Promise<Step[]>;
}
