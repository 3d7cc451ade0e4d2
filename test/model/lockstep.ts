import type { Lab } from "../engine/helpers/lab";
import { follow, moveBack } from "./converge";
import { edit, meddle } from "./edits";
import type { Outcome, Resource, State, Step } from "./engine";
import { checkRun } from "./invariants";
import { checkDrift, checkEmptyPreview } from "./invariants/drift";
import { errorsIn, previewOf, stateOf } from "./lab-run";
import { rememberOutcome, rememberProgram } from "./memory";
import { type Observation, succeeded } from "./observation";
import type { Holdings, Pinterest } from "./pinterest";
import { bagOf, copyOf } from "./program";
import type { Action, Command } from "./steps";
import { ensure } from "./violation";
import { fields } from "./vocabulary";
import { World } from "./world";

/** Many worlds in one stack of the real engine: each command of it takes them all one step further. */
export class Lockstep {
  readonly worlds: readonly World[];
  #state: State = new Map();

  constructor(
    private readonly lab: Lab,
    private readonly pinterest: Pinterest,
    count: number,
  ) {
    this.worlds = Array.from({ length: count }, (_, index) => new World(pinterest, 1, `world-${index + 1}-`));
  }

  /** Lets a world's authors and strangers act, and faults be armed for its integrations alone. */
  act(world: World, action: Action): void {
    switch (action.kind) {
      case "edit":
        edit(world, action.edit);
        break;
      case "meddle":
        meddle(world, action.meddling);
        break;
      case "arm": {
        const id = [...world.program.values()].at(0)?.externalBusinessId;
        if (id !== undefined) this.pinterest.emulator.armFault({ ...action.fault, external_business_id: id });
      }
    }
  }

  /** Runs one command for all worlds, and holds each to all promises. Returns what was seen of each. */
  async run(what: "up" | "destroy", { refresh = false } = {}): Promise<Observation[]> {
    const { lab, pinterest, worlds } = this;
    const command: Command = { do: what, refresh, continueOnError: true, atOnce: false };
    this.#writeProgram();
    pinterest.emulator.clearRequests();
    const before = { state: this.#state, holdings: pinterest.holdings() };
    for (const world of worlds) rememberProgram(world, command);
    const options = [...(what === "up" ? ["--skip-preview"] : []), ...(refresh ? ["--refresh"] : [])];
    const ended = await lab.run(what, "--continue-on-error", "--json", ...options);
    const errors = errorsIn(ended);
    if (ended.exitCode !== 0 && errors.length === 0) throw new Error(`${what} failed:\n${ended.output}`);
    this.#state = await stateOf(lab);
    const after = { state: this.#state, holdings: pinterest.holdings() };
    const requests = pinterest.emulator.requests();
    return worlds.map((world) => {
      const isOwn = (name: string) => name.startsWith(world.prefix);
      const part = <T>(whole: ReadonlyMap<string, T>) => new Map([...whole].filter(([name]) => isOwn(name)));
      const known = { state: part(before.state), holdings: part(before.holdings) };
      const left = { state: part(after.state), holdings: part(after.holdings) };
      // When a resource has failed to register, of whichever world, the engine deletes nothing that left the program.
      const undeleted = [...left.state.keys()].filter((name) => what === "up" && !world.program.has(name));
      const outcome: Outcome = {
        errors: [
          ...errors.filter(({ name }) => isOwn(name)),
          ...(ended.exitCode === 0
            ? []
            : undeleted.map((name) => ({ name, error: new Error("not deleted") }))),
        ],
        steps: [],
        killed: false,
        refreshed: refresh ? refreshed(known.state, known.holdings) : known.state,
      };
      world.engine.state = new Map(left.state);
      const seen: Observation = {
        command,
        outcome,
        program: copyOf(world.program),
        notes: [],
        requests: requests.filter(({ external_business_id: id }) => id !== null && isOwn(id)),
        before: known,
        after: left,
        ...rememberOutcome(world, command, outcome, known, left),
        pinterest,
      };
      checkRun(seen);
      return seen;
    });
  }

  /** Holds the previews of all worlds to what is true of them, where their last `up` succeeded. */
  async checkPreviews({ refresh }: { refresh: boolean }): Promise<void> {
    this.#writeProgram();
    const steps = await previewOf(this.lab, ...(refresh ? ["--refresh"] : []));
    const holdings = this.pinterest.holdings();
    for (const world of this.worlds) {
      if (world.applied === undefined) continue;
      const own: Step[] = steps.filter(({ name }) => name.startsWith(world.prefix));
      const outcome: Outcome = { errors: [], steps: own, killed: false, refreshed: new Map() };
      if (refresh) checkDrift(outcome, world.applied, holdings, this.pinterest);
      else checkEmptyPreview(outcome);
    }
  }

  /** After all faults are gone: `up` until every world has what it declares. */
  async converge(mostUps: number): Promise<void> {
    this.pinterest.emulator.disarmFaults();
    for (const world of this.worlds) moveBack(world);
    for (let ups = 1; ; ups += 1) {
      const seen = await this.run("up");
      const failed = seen.filter((each) => !succeeded(each));
      if (failed.length === 0) return;
      const messages = failed.flatMap(({ outcome }) => outcome.errors.map(({ error }) => error.message));
      ensure(ups < mostUps, "an up converges when nothing fails", () => messages.join("\n"));
      this.worlds.forEach((world, index) => {
        const own = seen[index] as Observation;
        for (const { name, error } of own.outcome.errors) follow(world, own, name, error);
      });
    }
  }

  #writeProgram(): void {
    const declared = this.worlds.flatMap((world) =>
      [...world.program].map(([name, declaration]) => [name, { args: bagOf(declaration) }]),
    );
    this.lab.program(Object.fromEntries(declared));
  }
}

/** What state is after a refresh: what it was, with what Pinterest shows. */
function refreshed(state: State, holdings: Holdings): State {
  const readable = fields.filter(({ secret }) => !secret).map(({ name }) => name);
  const standing = [...state].filter(([, { id }]) => holdings.has(id));
  return new Map(
    standing.map(([name, resource]): [string, Resource] => {
      const others = Object.entries(resource.outputs).filter(([key]) => !readable.includes(key));
      const shown = Object.entries(holdings.get(resource.id)?.fields ?? {}).filter(([key]) =>
        readable.includes(key),
      );
      return [name, { ...resource, outputs: Object.fromEntries([...others, ...shown]) }];
    }),
  );
}
