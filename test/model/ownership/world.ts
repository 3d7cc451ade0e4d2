import type { Resource } from "../../fake-engine/state";
import type { Pinterest } from "../pinterest";
import type { Command, Sequence } from "./commands";
import { Engine, type Options, type Outcome, providerOf } from "./engine";
import { CommandProcesses } from "./processes";
import {
  type Declaration,
  type Edit,
  edited,
  foreignUrn,
  type Language,
  type Program,
  tokenAccount,
  urnOf,
} from "./program";
import { Tokens } from "./tokens";

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
  /** The resource that the engine deleted. */
  readonly resource: Resource | undefined;
  /** The integration's other resources in state at that time. */
  readonly others: readonly Resource[];
  /** The replaced resources at that time that were not deleted yet. */
  readonly replaced: readonly Resource[];
}

/** A command and its effects. */
export interface Observation {
  readonly command: Command;
  readonly chosen: Options["chosen"];
  readonly outcome: Outcome;
  readonly deletions: readonly Deletion[];
  readonly messages: readonly string[];
  /** The requests other than GET, as `METHOD ID`. */
  readonly writes: readonly string[];
}

/** Messages that name an integration that no resource in state has. */
const announcements = [
  /(?<=may have created [^.]*)'(.*?)'/g,
  /integration '(.*?)'[^']* stays at Pinterest and is only removed from state/g,
];

/** A program, its state, and Pinterest. */
export class World {
  program: Program;
  readonly engine: Engine;
  readonly tokens: Tokens;
  /** The external business IDs of integrations that messages have named. */
  private readonly announced = new Set<string>();
  /** The IDs of integrations that a killed command has created. The next command names them. */
  private readonly interrupted = new Set<string>();
  /** The program of each `up`. */
  private readonly deployed: Program[] = [];

  constructor(
    readonly pinterest: Pinterest,
    readonly language: Language,
    readonly reads: Sequence["reads"],
    foreign: Program["foreign"],
  ) {
    this.engine = new Engine(language);
    this.tokens = new Tokens(pinterest);
    this.program = { foreign, declarations: [] };
  }

  edit(edit: Edit): void {
    this.program = edited(this.program, edit, this.deployed.at(-2) ?? this.program);
  }

  /** Returns the integration of a declaration. */
  declaredIntegration({ provider, account, externalBusinessId }: Declaration): Integration {
    return { externalBusinessId, owner: this.pinterest.ownerOf(tokenAccount(provider, account)) };
  }

  /** Returns the integration of a resource in state, even if it was deleted for a replacement. */
  integrationInState(resource: Resource): Integration {
    const {
      id,
      outputs: { account, connectedUserId },
    } = resource;
    const ownAccount = account === undefined ? undefined : String(account);
    const owner = connectedUserId ?? this.pinterest.ownerOf(tokenAccount(providerOf(resource), ownAccount));
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
    const user = this.pinterest.ownerOf(tokenAccount(providerOf(resource), undefined));
    return user === owner && (live === undefined || live.connected_user_id === owner);
  }

  /** Returns the integrations at Pinterest. */
  integrations(): (Integration & { readonly tag: string | null })[] {
    return this.pinterest.emulator.integrations().map((live) => ({
      externalBusinessId: live.external_business_id,
      owner: live.connected_user_id,
      tag: live.connected_tag_id,
    }));
  }

  /** Whether an integration may have no resource in state: a message has named it, the next one does, or the user chose it (`deletedWith`). */
  mayBeOrphaned({ externalBusinessId }: Integration): boolean {
    return [this.announced, this.interrupted, this.engine.abandoned].some((ids) =>
      ids.has(externalBusinessId),
    );
  }

  /** The URNs of all resources, for the numbers in commands. */
  get urns(): string[] {
    const { state, replaced } = this.engine;
    const replacedUrns = replaced.map(({ urn }) => urn);
    return [
      ...new Set([...state.keys(), ...replacedUrns, ...this.program.declarations.map(urnOf), foreignUrn]),
    ];
  }

  async run(command: Command): Promise<Observation> {
    const { pinterest, engine, program } = this;
    const { emulator } = pinterest;
    if (command.do === "up") this.deployed.push(program);
    const { urns } = this;
    const urnAt = (number: number) => urns[number % urns.length] ?? "";
    if (command.tainted !== undefined) engine.taint(urnAt(command.tainted));
    if (command.copied !== undefined) engine.copy(urnAt(command.copied.nth), command.copied.name);
    const { by, nth } = command.chosen ?? {};
    const chosen = by && nth && { by, urns: new Set(nth.map(urnAt)) };

    pinterest.advanceClock(pauseMs);
    emulator.clearRequests();
    if (command.fault !== undefined) {
      const { externalBusinessId: external_business_id, ...fault } = command.fault;
      const body = fault.status === 403 ? { code: 2625, message: "The account is disapproved." } : undefined;
      emulator.armFault({ kind: "response", external_business_id, ...fault, ...(body && { body }) });
    }
    const { tokens } = this;
    const processes = new CommandProcesses(pinterest, command, this.reads, tokens);
    if (command.expires) tokens.expire();
    const stopExchanges = command.exchange && tokens.arm(command.exchange, processes.killSwitch.killNow);
    const deletions: Deletion[] = [];
    const stop = this.recordDeletions(processes, deletions);
    const idsBefore = new Set(
      emulator.integrations().map(({ external_business_id }) => external_business_id),
    );
    const outcome = await engine.run(program, { ...command, chosen }, processes);
    stop();
    stopExchanges?.();
    await processes.end();
    emulator.disarmFaults();
    const { messages } = processes;
    this.recordOrphans(outcome, messages, idsBefore);
    const isComplete = command.do === "up" && chosen === undefined && outcome.errors.length === 0;
    if (isComplete && !outcome.killed && outcome.declared.some(({ isRead }) => !isRead))
      this.interrupted.clear();
    // A request with an expired token is repeated.
    const writes = emulator
      .requests()
      .filter(({ method, operation, status }) => method !== "GET" && operation !== "token" && status !== 401);
    return {
      command,
      chosen,
      outcome,
      deletions,
      messages,
      writes: writes.map(({ method, external_business_id }) => `${method} ${external_business_id}`),
    };
  }

  private recordDeletions(processes: CommandProcesses, deletions: Deletion[]): () => void {
    const { emulator } = this.pinterest;
    let target: Integration | undefined;
    const stopRequests = emulator.onRequest(({ external_business_id: id }) => {
      const live = id === null ? undefined : emulator.integration(id);
      target = live && { externalBusinessId: live.external_business_id, owner: live.connected_user_id };
    });
    const stopResponses = emulator.onResponse(({ method }) => {
      if (method !== "DELETE" || target === undefined) return;
      if (emulator.integration(target.externalBusinessId) !== undefined) return;
      const { resource } = processes;
      const others = this.resourcesOf(target).filter((each) => each !== resource);
      deletions.push({ integration: target, resource, others, replaced: this.engine.replaced });
    });
    return () => {
      stopRequests();
      stopResponses();
    };
  }

  private recordOrphans({ killed }: Outcome, messages: readonly string[], before: ReadonlySet<string>): void {
    for (const pattern of announcements)
      for (const [, id = ""] of messages.join("\n").matchAll(pattern)) {
        this.announced.add(id);
        this.interrupted.delete(id);
      }
    for (const integration of this.integrations()) {
      const { externalBusinessId: id } = integration;
      if (this.resourcesOf(integration).length > 0)
        for (const ids of [this.announced, this.interrupted, this.engine.abandoned]) ids.delete(id);
      else if (killed && !before.has(id)) this.interrupted.add(id);
    }
  }
}

export function isSame(one: Integration, other: Integration): boolean {
  return one.owner === other.owner && one.externalBusinessId === other.externalBusinessId;
}
