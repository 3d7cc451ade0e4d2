import { followAdvice, moveBack } from "./converge";
import { applyEdit, applyExternalChange } from "./edits";
import type { Outcome, ResourceInState, State, Step } from "./engine";
import { fields } from "./fields";
import { recordOutcome, recordProgram } from "./history";
import { checkRun } from "./invariants";
import { checkDrift, checkEmptyPreview } from "./invariants/drift";
import { type Observation, succeeded } from "./observation";
import type { LiveIntegrations, Pinterest } from "./pinterest";
import { bagOf, copyOf } from "./program";
import type { Stack } from "./stack";
import type { Action, Command } from "./steps";
import { ensure } from "./violation";
import { World } from "./world";

/** Several worlds in one stack. Each command deploys all of them. */
export class Lockstep {
  readonly worlds: readonly World[];
  private state: State = new Map();

  constructor(
    private readonly stack: Stack,
    private readonly pinterest: Pinterest,
    count: number,
    /** Whether each update and preview checks for drift, as if it had `--refresh`. */
    private readonly detectsDrift: boolean,
  ) {
    this.worlds = Array.from({ length: count }, (_, index) => new World(pinterest, 1, `world-${index + 1}-`));
  }

  /** Runs the rounds of every world, and checks that they converge and can be destroyed. */
  async play(plans: readonly (readonly (readonly Action[])[])[], rounds: number): Promise<void> {
    const { emulator } = this.pinterest;
    for (let number = 0; number < rounds; number += 1) {
      // A failed read stops a refresh for all worlds, so rounds with a refresh have no faults.
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
    // With drift detection, the first preview has already read everything.
    if (!this.detectsDrift) await this.checkPreviews({ refresh: true });
    ensureAll(await this.run("up", { refresh: true }), "up succeeds without faults");
    await this.checkPreviews({ refresh: true });
    ensureAll(await this.run("destroy"), "destroy succeeds without faults");
  }

  /** Runs an action of one world. Arms faults only for its first integration. */
  act(world: World, action: Action): void {
    switch (action.kind) {
      case "edit":
        applyEdit(world, action.edit);
        break;
      case "externalChange":
        applyExternalChange(world, action.change);
        break;
      case "arm": {
        const id = [...world.program.values()].at(0)?.externalBusinessId;
        if (id !== undefined) this.pinterest.emulator.armFault({ ...action.fault, external_business_id: id });
      }
    }
  }

  /** Runs one command for all worlds, and checks every promise for each world. @returns one observation for each world */
  async run(name: "up" | "destroy", { refresh = false } = {}): Promise<Observation[]> {
    const { stack, pinterest, worlds } = this;
    const isRefreshed = name === "up" && (refresh || this.detectsDrift);
    const command: Command = { do: name, refresh: isRefreshed, continueOnError: true, withoutPause: false };
    this.writeProgram();
    pinterest.emulator.clearRequests();
    const before = { state: this.state, integrations: pinterest.integrations() };
    for (const world of worlds) recordProgram(world, command);
    const result = await stack.run(name, { refresh });
    const { errors } = result;
    if (result.exitCode !== 0 && errors.length === 0) throw new Error(`${name} failed:\n${result.output}`);
    this.state = await stack.state();
    const after = { state: this.state, integrations: pinterest.integrations() };
    const requests = pinterest.emulator.requests();
    return worlds.map((world) => {
      const isOwn = (id: string) => id.startsWith(world.prefix);
      const ownRequests = requests.filter(({ external_business_id: id }) => id !== null && isOwn(id));
      const unread = new Set(
        refresh ? [] : ownRequests.filter(isFailedRead).map(({ external_business_id: id }) => id ?? ""),
      );
      const own = <T>(whole: ReadonlyMap<string, T>) => new Map([...whole].filter(([key]) => isOwn(key)));
      const ownBefore = { state: own(before.state), integrations: own(before.integrations) };
      const ownAfter = { state: own(after.state), integrations: own(after.integrations) };
      // If a resource of any world fails to register, the engine deletes nothing that was removed from the program.
      const undeleted = [...ownAfter.state.keys()].filter(
        (resource) => name === "up" && !world.program.has(resource),
      );
      const outcome: Outcome = {
        errors: [
          ...errors.filter((error) => isOwn(error.name)),
          ...(result.exitCode === 0
            ? []
            : undeleted.map((resource) => ({ name: resource, error: new Error("not deleted") }))),
        ],
        steps: [],
        killed: false,
        refreshed: isRefreshed ? refreshed(ownBefore.state, ownBefore.integrations, unread) : ownBefore.state,
        unread,
      };
      world.engine.state = new Map(ownAfter.state);
      const observation: Observation = {
        command,
        outcome,
        program: copyOf(world.program),
        messages: [],
        requests: ownRequests,
        before: ownBefore,
        after: ownAfter,
        ...recordOutcome(world, command, outcome, ownBefore, ownAfter),
        pinterest,
      };
      checkRun(observation);
      return observation;
    });
  }

  /** Checks the preview of each world whose last `up` succeeded. */
  async checkPreviews({ refresh }: { refresh: boolean }): Promise<void> {
    this.writeProgram();
    const steps = await this.stack.preview({ refresh });
    const integrations = this.pinterest.integrations();
    for (const world of this.worlds) {
      if (world.applied === undefined) continue;
      const ownSteps: Step[] = steps.filter(({ name }) => name.startsWith(world.prefix));
      const outcome: Outcome = { errors: [], steps: ownSteps, killed: false, refreshed: new Map() };
      if (refresh || this.detectsDrift) checkDrift(outcome, world.applied, integrations, this.pinterest);
      else checkEmptyPreview(outcome);
    }
  }

  /** Disarms all faults, and runs `up` until it succeeds for every world. */
  async converge(maxUps: number): Promise<void> {
    this.pinterest.emulator.disarmFaults();
    for (const world of this.worlds) moveBack(world);
    for (let ups = 1; ; ups += 1) {
      const observations = await this.run("up");
      const failed = observations.filter((each) => !succeeded(each));
      if (failed.length === 0) return;
      const messages = failed.flatMap(({ outcome }) => outcome.errors.map(({ error }) => error.message));
      ensure(ups < maxUps, "up converges without faults", () => messages.join("\n"));
      this.worlds.forEach((world, index) => {
        const observation = observations[index] as Observation;
        for (const { name, error } of observation.outcome.errors)
          followAdvice(world, observation, name, error);
      });
    }
  }

  private writeProgram(): void {
    const declared = this.worlds.flatMap((world) =>
      [...world.program].map(([name, declaration]) => [name, { args: bagOf(declaration) }]),
    );
    this.stack.program(Object.fromEntries(declared));
  }
}

function ensureAll(observations: readonly Observation[], promise: string): void {
  const failed = observations.filter((each) => !succeeded(each));
  const messages = failed.flatMap(({ outcome }) => outcome.errors.map(({ error }) => error.message));
  ensure(failed.length === 0, promise, () => messages.join("\n"));
}

function isFailedRead({ method, status }: { method: string; status: number | null }): boolean {
  return method === "GET" && status !== 200 && status !== 404;
}

/** The state after a refresh: the previous state with all values that could be read from Pinterest. */
function refreshed(state: State, integrations: LiveIntegrations, unread: ReadonlySet<string>): State {
  const readable = fields.filter(({ secret }) => !secret).map(({ name }) => name);
  const remaining = [...state].filter(([, { id }]) => integrations.has(id) || unread.has(id));
  return new Map(
    remaining.map(([name, resource]): [string, ResourceInState] => {
      if (unread.has(resource.id)) return [name, resource];
      const others = Object.entries(resource.outputs).filter(([key]) => !readable.includes(key));
      const readValues = Object.entries(integrations.get(resource.id)?.fields ?? {}).filter(([key]) =>
        readable.includes(key),
      );
      return [name, { ...resource, outputs: Object.fromEntries([...others, ...readValues]) }];
    }),
  );
}
