import { follow, moveBack } from "./converge";
import { edit, meddle } from "./edits";
import type { Outcome, Resource, State, Step } from "./engine";
import { checkRun } from "./invariants";
import { checkDrift, checkEmptyPreview } from "./invariants/drift";
import { rememberOutcome, rememberProgram } from "./memory";
import { type Observation, succeeded } from "./observation";
import type { Holdings, Pinterest } from "./pinterest";
import { bagOf, copyOf } from "./program";
import type { Stack } from "./stack";
import type { Action, Command } from "./steps";
import { ensure } from "./violation";
import { fields } from "./vocabulary";
import { World } from "./world";

/** Many worlds in one stack: each command takes all of them one step further. */
export class Lockstep {
  readonly worlds: readonly World[];
  #state: State = new Map();

  constructor(
    private readonly stack: Stack,
    private readonly pinterest: Pinterest,
    count: number,
    /** Whether each update and preview checks for drift, as if it had `--refresh`. */
    private readonly detectsDrift: boolean,
  ) {
    this.worlds = Array.from({ length: count }, (_, index) => new World(pinterest, 1, `world-${index + 1}-`));
  }

  /** Plays the rounds of every world, lets them converge, and destroys what they declare. */
  async play(plans: readonly (readonly (readonly Action[])[])[], rounds: number): Promise<void> {
    const { emulator } = this.pinterest;
    for (let number = 0; number < rounds; number += 1) {
      // A read that fails ends a refresh for all worlds, so the rounds with a refresh are without faults.
      const refresh = number % 2 === 1;
      if (refresh) emulator.disarmFaults();
      emulator.setSwitches({ generation: number % 4 < 2 ? "5.23" : "5.28" });
      this.worlds.forEach((world, index) => {
        for (const action of plans[index]?.[number] ?? []) {
          if (action.kind !== "arm" || !refresh) this.act(world, action);
        }
      });
      await this.run("up", { refresh });
    }
    await this.converge(5);
    await this.checkPreviews({ refresh: false });
    await this.checkPreviews({ refresh: true });
    ensureAll(await this.run("up", { refresh: true }), "an up succeeds when nothing fails");
    await this.checkPreviews({ refresh: true });
    ensureAll(await this.run("destroy"), "a destroy succeeds when nothing fails");
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

  /** Runs one command for all worlds, and checks every promise for each. @returns an observation for each world. */
  async run(what: "up" | "destroy", { refresh = false } = {}): Promise<Observation[]> {
    const { stack, pinterest, worlds } = this;
    const isRefreshed = what === "up" && (refresh || this.detectsDrift);
    const command: Command = { do: what, refresh: isRefreshed, continueOnError: true, atOnce: false };
    this.#writeProgram();
    pinterest.emulator.clearRequests();
    const before = { state: this.#state, holdings: pinterest.holdings() };
    for (const world of worlds) rememberProgram(world, command);
    const ended = await stack.run(what, { refresh });
    const { errors } = ended;
    if (ended.exitCode !== 0 && errors.length === 0) throw new Error(`${what} failed:\n${ended.output}`);
    this.#state = await stack.state();
    const after = { state: this.#state, holdings: pinterest.holdings() };
    const requests = pinterest.emulator.requests();
    return worlds.map((world) => {
      const isOwn = (name: string) => name.startsWith(world.prefix);
      const own = requests.filter(({ external_business_id: id }) => id !== null && isOwn(id));
      const unread = new Set(
        refresh ? [] : own.filter(isFailedRead).map(({ external_business_id: id }) => id ?? ""),
      );
      const part = <T>(whole: ReadonlyMap<string, T>) => new Map([...whole].filter(([name]) => isOwn(name)));
      const known = { state: part(before.state), holdings: part(before.holdings) };
      const left = { state: part(after.state), holdings: part(after.holdings) };
      // If a resource of any world fails to register, the engine deletes nothing that was removed from the program.
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
        refreshed: isRefreshed ? refreshed(known.state, known.holdings, unread) : known.state,
        unread,
      };
      world.engine.state = new Map(left.state);
      const seen: Observation = {
        command,
        outcome,
        program: copyOf(world.program),
        notes: [],
        requests: own,
        before: known,
        after: left,
        ...rememberOutcome(world, command, outcome, known, left),
        pinterest,
      };
      checkRun(seen);
      return seen;
    });
  }

  /** Checks the preview of each world whose last `up` succeeded. */
  async checkPreviews({ refresh }: { refresh: boolean }): Promise<void> {
    this.#writeProgram();
    const steps = await this.stack.preview({ refresh });
    const holdings = this.pinterest.holdings();
    for (const world of this.worlds) {
      if (world.applied === undefined) continue;
      const own: Step[] = steps.filter(({ name }) => name.startsWith(world.prefix));
      const outcome: Outcome = { errors: [], steps: own, killed: false, refreshed: new Map() };
      if (refresh || this.detectsDrift) checkDrift(outcome, world.applied, holdings, this.pinterest);
      else checkEmptyPreview(outcome);
    }
  }

  /** Disarms all faults and runs `up` until every world has what it declares. */
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
    this.stack.program(Object.fromEntries(declared));
  }
}

function ensureAll(seen: readonly Observation[], promise: string): void {
  const failed = seen.filter((each) => !succeeded(each));
  const messages = failed.flatMap(({ outcome }) => outcome.errors.map(({ error }) => error.message));
  ensure(failed.length === 0, promise, () => messages.join("\n"));
}

function isFailedRead({ method, status }: { method: string; status: number | null }): boolean {
  return method === "GET" && status !== 200 && status !== 404;
}

/** The state after a refresh: the previous state with Pinterest's values, as far as they could be read. */
function refreshed(state: State, holdings: Holdings, unread: ReadonlySet<string>): State {
  const readable = fields.filter(({ secret }) => !secret).map(({ name }) => name);
  const standing = [...state].filter(([, { id }]) => holdings.has(id) || unread.has(id));
  return new Map(
    standing.map(([name, resource]): [string, Resource] => {
      if (unread.has(resource.id)) return [name, resource];
      const others = Object.entries(resource.outputs).filter(([key]) => !readable.includes(key));
      const shown = Object.entries(holdings.get(resource.id)?.fields ?? {}).filter(([key]) =>
        readable.includes(key),
      );
      return [name, { ...resource, outputs: Object.fromEntries([...others, ...shown]) }];
    }),
  );
}
