import { nameOf, type Resource } from "../fake-engine/state";
import { applyExternalChange } from "./external-changes";
import { History } from "./history";
import {
  type CommandEffects,
  type Deletion,
  type Integration,
  isSame,
  type Observation,
  type Snapshot,
} from "./observation";
import type { Pinterest } from "./pinterest";
import {
  type Declaration,
  type Edit,
  edited,
  foreignUrn,
  type Program,
  tokenAccount,
  urnOf,
} from "./program";
import type { Action, Command } from "./sequence";
import {
  copyInState,
  managedIn,
  providerOf,
  replacedIn,
  type Stack,
  type StackCommand,
  taint,
} from "./stack";
import type { Tokens } from "./tokens";

/** The time between two commands, without and with a pause, in milliseconds of the model's clock. */
const pauses = { short: 2_000, long: 60_000 };

/** Checks a command. @throws Error if it broke a promise */
export type Check = (world: World, observation: Observation) => void;

/** A program, its stack, and Pinterest. */
export class World {
  program: Program = { foreign: undefined, declarations: [] };
  readonly history = new History();
  /** The program of each `up`. */
  private readonly deployed: Program[] = [];

  constructor(
    readonly pinterest: Pinterest,
    readonly stack: Stack,
    readonly tokens: Tokens,
    private readonly check: Check,
  ) {}

  /** Carries out an action, except a command. */
  act(action: Exclude<Action, { kind: "run" }>): void {
    const { emulator } = this.pinterest;
    switch (action.kind) {
      case "edit":
        this.edit(action.edit);
        break;
      case "externalChange":
        applyExternalChange(this, action.change);
        break;
      case "arm":
        emulator.armFault(action.fault);
        break;
      case "fix":
        emulator.disarmFaults();
        break;
      case "switch":
        emulator.setSwitches(action.switches);
    }
  }

  edit(edit: Edit): void {
    this.program = edited(this.program, edit, this.deployed.at(-2) ?? this.program);
  }

  /** Changes a resource of the program. */
  change(name: string, to: Partial<Declaration>): void {
    this.edit({ do: "change", nth: this.program.declarations.findIndex((each) => each.name === name), to });
  }

  /** Runs a command, and checks what it did. */
  async run(command: Command): Promise<Observation> {
    const { pinterest, stack, program } = this;
    const { emulator } = pinterest;
    if (command.do === "up") this.deployed.push(program);
    const prepared = this.prepare(command);
    pinterest.advanceClock(command.withoutPause ? pauses.short : pauses.long);
    // A stale read of a deleted integration would look like a new one.
    pinterest.endStaleReadsOfDeleted();
    emulator.clearRequests();
    const before = this.snapshot();
    const recording = this.recordDeletions();
    const outcome = await stack.run(program, prepared);
    recording.stop();
    const effects: CommandEffects = {
      ...outcome,
      command: prepared,
      deletions: recording.deletions,
      requests: emulator.requests().filter(({ operation }) => operation !== "token"),
      before,
      after: this.snapshot(),
    };
    const observation = this.history.add(effects, this.orphans());
    this.check(this, observation);
    return observation;
  }

  /** Edits the state as the command requires. @returns the command with the URNs of its resources */
  private prepare(command: Command): StackCommand {
    const { stack, program } = this;
    const { tainted, copied, chosen } = command;
    const inState = [...managedIn(stack.state).values(), ...replacedIn(stack.state)];
    const urns = [
      ...new Set([...inState.map(({ urn }) => urn), ...program.declarations.map(urnOf), foreignUrn]),
    ];
    const urnAt = (nth: number) => urns[nth % urns.length] ?? "";
    if (tainted !== undefined) taint(stack, urnAt(tainted));
    if (copied !== undefined) copyInState(stack, urnAt(copied.nth), copied.name);
    return { ...command, chosen: chosen && { by: chosen.by, urns: new Set(chosen.nth.map(urnAt)) } };
  }

  private snapshot(): Snapshot {
    const { state } = this.stack;
    const managed = [...managedIn(state)].map(([urn, each]) => [nameOf(urn), each] as const);
    const replaced = replacedIn(state).map(
      (each) => [`${nameOf(each.urn)}#${each.outputs.__uid}`, each] as const,
    );
    return { state: new Map([...managed, ...replaced]), integrations: this.pinterest.integrations() };
  }

  private recordDeletions() {
    const { stack } = this;
    const { emulator } = this.pinterest;
    const deletions: Deletion[] = [];
    let target: Integration | undefined;
    const stopRequests = emulator.onRequest(({ external_business_id: id }) => {
      const live = id === null ? undefined : emulator.integration(id);
      target = live && { externalBusinessId: live.external_business_id, owner: live.connected_user_id };
    });
    const stopResponses = emulator.onResponse(({ method }) => {
      const { resourceInCall: resource } = stack;
      if (method !== "DELETE" || target === undefined || resource === undefined) return;
      if (emulator.integration(target.externalBusinessId) !== undefined) return;
      const others = this.resourcesOf(target).filter((each) => each !== resource);
      deletions.push({ integration: target, resource, others, replaced: replacedIn(stack.state) });
    });
    const stop = () => {
      stopRequests();
      stopResponses();
    };
    return { deletions, stop };
  }

  /** Returns the Pinterest user of a declaration's account. */
  ownerOf({ provider, account }: Pick<Declaration, "provider" | "account">): string {
    return this.pinterest.ownerOf(tokenAccount(provider, account));
  }

  /** Returns the integration of a declaration. */
  declaredIntegration(declared: Declaration): Integration {
    return { externalBusinessId: declared.externalBusinessId, owner: this.ownerOf(declared) };
  }

  /** Returns the integration of a resource in state, even if it was deleted for a replacement. */
  integrationInState(resource: Resource): Integration {
    const { id: externalBusinessId, outputs } = resource;
    return {
      externalBusinessId,
      owner: String(outputs.connectedUserId ?? this.ownerOfAccountInState(resource)),
    };
  }

  /** Returns the Pinterest user of the account in state. */
  ownerOfAccountInState(resource: Resource): string {
    const account = resource.outputs.account as Declaration["account"];
    return this.ownerOf({ provider: providerOf(resource), account });
  }

  /** The integrations in state, except those that were deleted for a replacement. */
  resourcesWithIntegration(): Resource[] {
    const { state } = this.stack;
    return [...managedIn(state).values(), ...replacedIn(state)].filter(
      ({ pendingReplacement }) => !pendingReplacement,
    );
  }

  /** The integrations at Pinterest that no resource in state has. */
  orphans(): Integration[] {
    return [...this.pinterest.integrations().values()].filter((each) => this.resourcesOf(each).length === 0);
  }

  private resourcesOf(integration: Integration): Resource[] {
    return this.resourcesWithIntegration().filter((resource) =>
      isSame(this.integrationInState(resource), integration),
    );
  }

  /**
   * Whether a resource's provider can delete the integration in state. It cannot if `destroy --run-program` changed the resource's provider to
   * one of another owner, or if another owner now has an integration with the same ID.
   */
  isDeletable(resource: Resource): boolean {
    const { owner } = this.integrationInState(resource);
    const live = this.pinterest.emulator.integration(resource.id);
    return (
      this.ownerOfAccountInState(resource) === owner &&
      (live === undefined || live.connected_user_id === owner)
    );
  }
}
