import type { RequestEntry } from "../../../emulator";
import type { Pinterest } from "../pinterest";
import type { Command } from "./commands";
import { Engine, type Outcome, type Resource } from "./engine";
import { type Call, CommandProcesses } from "./processes";
import {
  type Declaration,
  type Edit,
  edited,
  type Language,
  type Program,
  tokenAccount,
  type Urn,
  urnOf,
} from "./program";

/** The time between two commands, in milliseconds of the model's clock. */
const pauseMs = 60_000;

/** An integration at Pinterest: its external business ID and its owner. */
export interface Integration {
  readonly externalBusinessId: string;
  readonly owner: string;
}

/** An integration that Pinterest has deleted. */
export interface Deletion {
  readonly integration: Integration;
  /** The call that deleted it. */
  readonly call: Call;
  /** The integration's resources in state at that time. */
  readonly resources: readonly Resource[];
}

/** A command and its effects. */
export interface Observation {
  readonly command: Command;
  readonly targets: ReadonlySet<Urn> | undefined;
  readonly program: Program;
  readonly before: ReadonlyMap<Urn, Resource>;
  readonly outcome: Outcome;
  readonly deletions: readonly Deletion[];
  /** The requests other than GET, as `METHOD ID`. */
  readonly writes: readonly string[];
}

/** A program, its state, and Pinterest. */
export class World {
  program: Program = [];
  readonly engine: Engine;
  /** The integration IDs of integrations that may have no resource in state. See #recordLost. */
  readonly #lost = new Set<string>();
  /** The integrations that may differ from state until the next refresh. See #recordUncertain. */
  readonly #uncertain = new Set<string>();
  /** The program of each `up`. */
  readonly #deployed: Program[] = [];

  constructor(
    readonly pinterest: Pinterest,
    readonly language: Language,
  ) {
    this.engine = new Engine(language);
  }

  edit(edit: Edit): void {
    this.program = edited(this.program, edit, this.#deployed.at(-2) ?? this.program);
  }

  /** Returns the integration of a declaration. */
  declaredIntegration({ provider, account, externalBusinessId }: Declaration): Integration {
    return { externalBusinessId, owner: this.pinterest.ownerOf(tokenAccount(provider, account)) };
  }

  /** Returns the integration of a resource in state, even if it was deleted for a replacement. */
  integrationInState({ provider, id, outputs: { account, connectedUserId } }: Resource): Integration {
    const ownAccount = account === undefined ? undefined : String(account);
    const owner = connectedUserId ?? this.pinterest.ownerOf(tokenAccount(provider, ownAccount));
    return { externalBusinessId: id, owner: String(owner) };
  }

  resourcesOf(integration: Integration): Resource[] {
    return this.engine
      .resourcesWithIntegration()
      .filter((resource) => isSame(this.integrationInState(resource), integration));
  }

  /**
   * Whether a resource's provider can delete the integration in state. It cannot if `destroy --run-program` changed the resource's provider to
   * one of another owner, or if another owner now has an integration with the same ID.
   */
  isDeletable(resource: Resource): boolean {
    const { owner } = this.integrationInState(resource);
    const live = this.pinterest.emulator.integration(resource.id);
    const user = this.pinterest.ownerOf(tokenAccount(resource.provider, undefined));
    return user === owner && (live === undefined || live.connected_user_id === owner);
  }

  declarations(integration: Integration): Declaration[] {
    return this.program.filter((declared) => isSame(this.declaredIntegration(declared), integration));
  }

  /** Returns the integrations at Pinterest, except those that may have no resource in state. */
  integrations() {
    return this.allIntegrations().filter(({ integrationId }) => !this.#lost.has(integrationId));
  }

  /** Returns all integrations at Pinterest. */
  allIntegrations(): (Integration & { readonly integrationId: string; readonly tag: string | null })[] {
    return this.pinterest.emulator.integrations().map((live) => ({
      externalBusinessId: live.external_business_id,
      owner: live.connected_user_id,
      integrationId: live.id,
      tag: live.connected_tag_id,
    }));
  }

  get hasUncertain(): boolean {
    return this.#uncertain.size > 0;
  }

  isUncertain(integration: Integration): boolean {
    return this.#uncertain.has(keyOf(integration));
  }

  /** Records that an integration has the program's values. */
  removeUncertain(integration: Integration): void {
    this.#uncertain.delete(keyOf(integration));
  }

  async run(command: Command): Promise<Observation> {
    const { pinterest, engine, program } = this;
    const { emulator } = pinterest;
    if (command.do === "up") this.#deployed.push(program);
    const all = [...engine.state.keys(), ...engine.replaced.map(({ urn }) => urn), ...program.map(urnOf)];
    const urns = [...new Set(all)];
    const urnAt = (number: number) => urns[number % urns.length] ?? "";
    if (command.tainted !== undefined) engine.taint(urnAt(command.tainted));
    const targets = command.targets === undefined ? undefined : new Set(command.targets.map(urnAt));

    pinterest.advanceClock(pauseMs);
    emulator.clearRequests();
    if (command.fault !== undefined) {
      const { externalBusinessId: external_business_id, ...fault } = command.fault;
      emulator.armFault({ kind: "answer", status: 503, external_business_id, ...fault });
    }
    const processes = new CommandProcesses(pinterest, command);
    const deletions: Deletion[] = [];
    const stop = this.#recordWrites(processes, deletions);
    const before = engine.state;
    const idsBefore = new Set(emulator.integrations().map(({ id }) => id));
    const outcome = await engine.run(program, { ...command, targets }, processes);
    stop();
    emulator.disarmFaults();
    const writes = emulator.requests().filter(({ method }) => method !== "GET");
    const isPartial = targets !== undefined || outcome.killed || outcome.errors.length > 0;
    this.#recordLost(idsBefore, outcome, isPartial);
    this.#recordUncertain(command, before, outcome, writes);
    return {
      command,
      targets,
      program,
      before,
      outcome,
      deletions,
      writes: writes.map(({ method, external_business_id }) => `${method} ${external_business_id}`),
    };
  }

  /** Records deletions, and writes after which state may be outdated. */
  #recordWrites(processes: CommandProcesses, deletions: Deletion[]): () => void {
    const { emulator } = this.pinterest;
    let target: (Integration & { readonly integrationId: string }) | undefined;
    const stopRequests = emulator.onRequest(({ external_business_id: id }) => {
      const live = id === null ? undefined : emulator.integration(id);
      target = live && {
        externalBusinessId: live.external_business_id,
        owner: live.connected_user_id,
        integrationId: live.id,
      };
    });
    const stopAnswers = emulator.onAnswer(({ method }) => {
      if (target === undefined || method === "GET") return;
      const { call } = processes;
      const resources = this.resourcesOf(target);
      const { integrationId } = call.resource?.outputs ?? {};
      // The other resource then has outdated values in state.
      let isUncertain = resources.some((resource) => resource !== call.resource);
      if (emulator.integration(target.externalBusinessId) === undefined) {
        deletions.push({ integration: target, call, resources: resources });
        // The provider compares the integration ID in state to recognize a stale read of a deleted integration.
        isUncertain ||= emulator.switches().readLag > 0 && integrationId !== target.integrationId;
      }
      if (isUncertain) this.#uncertain.add(keyOf(target));
    });
    return () => {
      stopRequests();
      stopAnswers();
    };
  }

  /**
   * Records integrations that may have no resource in state:
   *
   * - Integrations that a killed command created.
   * - Integrations that a partial command keeps because a resource of the program that is not in state declares them. A command is partial if
   *   it has `--target`, fails, or is killed.
   * - Integrations that a partial command keeps because a resource that it skips had them before it was deleted for a replacement.
   */
  #recordLost(before: ReadonlySet<string>, { killed }: Outcome, isPartial: boolean): void {
    const pending = [...this.engine.state.values()].filter(({ pendingReplacement }) => pendingReplacement);
    for (const { id, external_business_id, connected_user_id } of this.pinterest.emulator.integrations()) {
      const integration = { externalBusinessId: external_business_id, owner: connected_user_id };
      const isKept =
        this.declarations(integration).length > 0 ||
        pending.some((resource) => isSame(this.integrationInState(resource), integration));
      if (this.resourcesOf(integration).length > 0) this.#lost.delete(id);
      else if ((killed && !before.has(id)) || (isPartial && isKept)) this.#lost.add(id);
    }
  }

  /**
   * Records integrations that may differ from state until a refresh:
   *
   * - Integrations that a killed command wrote, and deletions whose outcome is unknown.
   * - Integrations of other resources that an unprotected command may have deleted.
   * - Integrations that were deleted for a replacement, if `destroy --run-program` then failed: this command loses the engine's mark.
   */
  #recordUncertain(
    command: Command,
    before: ReadonlyMap<Urn, Resource>,
    { killed, errors }: Outcome,
    writes: readonly RequestEntry[],
  ): void {
    if (command.do === "refresh" && !killed && errors.length === 0) this.#uncertain.clear();
    if (command.do === "destroy" && command.runProgram)
      for (const resource of before.values())
        if (resource.pendingReplacement) this.#uncertain.add(keyOf(this.integrationInState(resource)));
    // If a stale read still shows the integration, the deletion fails.
    const isUnknown = command.fault?.operation === "delete";
    const isUnprotected = command.do === "destroy" || !isProtected(this.language, command);
    if (!killed && !isUnknown && !isUnprotected) return;
    for (const { account, external_business_id } of writes) {
      if (account === null || external_business_id === null) continue;
      const owner = this.pinterest.ownerOf(account);
      this.#uncertain.add(keyOf({ externalBusinessId: external_business_id, owner }));
    }
  }
}

/** Whether the program records its declarations even if `--target` excludes them. Only the TypeScript classes do this. */
export function isProtected(language: Language, { targets }: Pick<Command, "targets">): boolean {
  return targets === undefined || language === "typescript";
}

export function isSame(one: Integration, other: Integration): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ externalBusinessId, owner }: Integration): string {
  return `${owner}/${externalBusinessId}`;
}
