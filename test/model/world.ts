import type { RequestEntry } from "../../emulator";
import { onlyRemovedFromState } from "../expected/messages";
import type { Resource } from "../fake-engine/state";
import { applyExternalChange } from "./external-changes";
import { fields, isEquivalent } from "./fields";
import type { LiveIntegration, LiveIntegrations, Pinterest } from "./pinterest";
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
  editState,
  managedIn,
  type Outcome,
  providerOf,
  replacedIn,
  type Stack,
  type StackCommand,
} from "./stack";
import type { Tokens } from "./tokens";

/** The time between two commands, without and with a pause, in milliseconds of the model's clock. */
const pauses = { short: 2_000, long: 60_000 };

/** Identifies an integration at Pinterest. */
export type Integration = Pick<LiveIntegration, "externalBusinessId" | "owner">;

/** An integration that Pinterest has deleted. */
export interface Deletion {
  readonly integration: Integration;
  /** The resource that the engine deleted. */
  readonly resource: Resource;
  /** The integration's other resources in state at that time. */
  readonly others: readonly Resource[];
  /** The replaced resources at that time that were not deleted yet. */
  readonly replaced: readonly Resource[];
}

/** The state and the integrations at Pinterest at one time. */
interface Snapshot {
  /** The integrations in state by resource name. Replaced ones that are not deleted yet have keys such as `shop#UID`. */
  readonly state: ReadonlyMap<string, Resource>;
  readonly integrations: LiveIntegrations;
}

/** A command and its effects. */
export interface Observation {
  readonly command: Command;
  readonly chosen: StackCommand["chosen"];
  readonly outcome: Outcome;
  /** The resources of the program. */
  readonly program: readonly Declaration[];
  readonly deletions: readonly Deletion[];
  /** The requests to Pinterest, except those for tokens. */
  readonly requests: readonly RequestEntry[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The drift since the last refresh. See {@link World.drifted}. */
  readonly drifted: ReadonlySet<string>;
  /** The program of the last `up`, if nothing has failed since. */
  readonly applied: readonly Declaration[] | undefined;
}

/** Checks a command. @throws Violation */
export type Check = (world: World, observation: Observation) => void;

/** Whether the command succeeded. */
export function succeeded({ outcome: { errors, isKilled } }: Observation): boolean {
  return errors.length === 0 && !isKilled;
}

/** Whether the command has deployed a resource, although others may have failed. */
export function isDeployed({ command, outcome: { errors, isKilled } }: Observation, name: string): boolean {
  if (command.do !== "up" || isKilled) return false;
  return errors.length === 0 || (command.continueOnError && errors.every((error) => error.name !== name));
}

/** Messages that name an integration that no resource in state has. */
const announcements = [
  /(?<=may have created [^.]*)'(.*?)'/g,
  new RegExp(`integration '(.*?)'[^']* ${onlyRemovedFromState}`, "g"),
];

/** A program, its stack, Pinterest, and the history that the checks need. */
export class World {
  program: Program = { foreign: undefined, declarations: [] };
  /** The fields that drifted since the last refresh: `id/field`, or `id/*` if each field may differ. */
  readonly drifted = new Set<string>();
  /** The fields that any program declared, as `id/field`. */
  readonly everDeclared = new Set<string>();
  /** The IDs of integrations that Pulumi may leave: created or transferred outside of it, named by a message, or chosen by the user (`deletedWith`). */
  readonly foreignIds = new Set<string>();
  /** The program of the last `up`, if nothing has failed since. */
  applied: readonly Declaration[] | undefined;
  /** The IDs of integrations that a killed command has created. The next command names them. */
  private readonly interrupted = new Set<string>();
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

  resourcesOf(integration: Integration): Resource[] {
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
    const user = this.ownerOf({ provider: providerOf(resource), account: undefined });
    return user === owner && (live === undefined || live.connected_user_id === owner);
  }

  /** Whether an integration may have no resource in state. */
  mayBeOrphaned({ externalBusinessId }: Integration): boolean {
    return this.foreignIds.has(externalBusinessId) || this.interrupted.has(externalBusinessId);
  }

  /** Runs a command, and checks what it did. */
  async run(command: Command): Promise<Observation> {
    const { pinterest, stack, program } = this;
    const { emulator } = pinterest;
    if (command.do === "up") this.deployed.push(program);
    const chosen = this.prepareState(command);
    pinterest.advanceClock(command.withoutPause ? pauses.short : pauses.long);
    // A stale read of a deleted integration would look like a new one.
    pinterest.endStaleReadsOfDeleted();
    emulator.clearRequests();
    const deletions: Deletion[] = [];
    const stopRecording = this.recordDeletions(deletions);
    const before = this.snapshot();
    const outcome = await stack.run(program, { ...command, chosen });
    stopRecording();
    const after = this.snapshot();
    const isComplete = chosen === undefined && outcome.errors.length === 0 && !outcome.isKilled;
    this.recordOrphans(outcome, before);
    if (command.do === "up" && isComplete && outcome.declared.some(({ isRead }) => !isRead))
      this.interrupted.clear();
    this.recordDrift(command, outcome, before, after);
    const { applied } = this;
    const observation = {
      ...{ command, chosen, outcome, program: outcome.declared, deletions, before, after, applied },
      requests: emulator.requests().filter(({ operation }) => operation !== "token"),
      drifted: new Set(this.drifted),
    };
    if (command.do !== "preview") {
      if (!isComplete || command.do === "destroy") this.applied = undefined;
      else if (command.do === "up") this.applied = outcome.declared;
    }
    this.check(this, observation);
    return observation;
  }

  /** Edits the state as the command requires. @returns the chosen resources */
  private prepareState({ tainted, copied, chosen }: Command): StackCommand["chosen"] {
    const { stack } = this;
    const { state } = stack;
    const managed = managedIn(state);
    const urns = [
      ...new Set([
        ...managed.keys(),
        ...replacedIn(state).map(({ urn }) => urn),
        ...this.program.declarations.map(urnOf),
        foreignUrn,
      ]),
    ];
    const urnAt = (number: number) => urns[number % urns.length] ?? "";
    if (tainted !== undefined) {
      const urn = urnAt(tainted);
      editState(stack, (each) => [each.urn === urn && managed.has(urn) ? { ...each, taint: true } : each]);
    }
    if (copied !== undefined) {
      const urn = urnAt(copied.nth);
      const copy = urn.replace(/[^:]+$/, copied.name);
      const isCopied = managed.has(urn) && !state.resources.has(copy);
      editState(stack, (each) => (isCopied && each.urn === urn ? [each, { ...each, urn: copy }] : [each]));
    }
    return chosen && { by: chosen.by, urns: new Set(chosen.nth.map(urnAt)) };
  }

  private snapshot(): Snapshot {
    const { state } = this.stack;
    const entries = [...managedIn(state).values()].map((each): [string, Resource] => [nameIn(each), each]);
    const replaced = replacedIn(state).map((each): [string, Resource] => [
      `${nameIn(each)}#${each.outputs.__uid}`,
      each,
    ]);
    return { state: new Map([...entries, ...replaced]), integrations: this.pinterest.integrations() };
  }

  private recordDeletions(deletions: Deletion[]): () => void {
    const { stack } = this;
    const { emulator } = this.pinterest;
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
    return () => {
      stopRequests();
      stopResponses();
    };
  }

  private recordOrphans({ isKilled, messages, abandoned }: Outcome, before: Snapshot): void {
    for (const id of abandoned) this.foreignIds.add(id);
    for (const pattern of announcements)
      for (const [, id = ""] of messages.join("\n").matchAll(pattern)) {
        this.foreignIds.add(id);
        this.interrupted.delete(id);
      }
    for (const integration of this.pinterest.integrations().values()) {
      const { externalBusinessId: id } = integration;
      if (this.resourcesOf(integration).length > 0)
        for (const ids of [this.foreignIds, this.interrupted]) ids.delete(id);
      else if (isKilled && !before.integrations.has(id)) this.interrupted.add(id);
    }
  }

  private recordDrift(command: Command, outcome: Outcome, before: Snapshot, after: Snapshot): void {
    const { errors, isKilled, declared } = outcome;
    const isRefreshed = command.do === "refresh" || (command.do === "up" && command.refresh);
    // Reads do not return tokens and email addresses.
    if (isRefreshed && errors.length === 0 && !isKilled)
      for (const change of this.drifted)
        if (!fields.some(({ name, secret }) => secret && change.endsWith(`/${name}`)))
          this.drifted.delete(change);
    for (const { externalBusinessId, fields: values } of declared)
      for (const name of Object.keys(values)) this.everDeclared.add(`${externalBusinessId}/${name}`);
    for (const change of changesMissingInState(before, after, outcome)) this.drifted.add(change);
  }
}

/**
 * Changes of a command that are not in state: all writes of a killed process, and a deletion whose response was lost. If the program is
 * reverted to the values in state, the next `up` without a refresh finds no change.
 */
function changesMissingInState(before: Snapshot, after: Snapshot, { isKilled, errors }: Outcome): string[] {
  if (!isKilled && errors.length === 0) return [];
  return [...after.state.values()].flatMap(({ id }) => {
    const previous = before.integrations.get(id);
    const live = after.integrations.get(id);
    if (live === undefined) return [`${id}/*`];
    if (!isKilled) return [];
    return fields
      .filter(({ name }) => !isEquivalent(name, previous?.fields[name], live.fields[name]))
      .map(({ name }) => `${id}/${name}`);
  });
}

function nameIn({ urn }: Resource): string {
  return urn.split("::").at(-1) ?? urn;
}

export function isSame(one: Integration, other: Integration): boolean {
  return one.owner === other.owner && one.externalBusinessId === other.externalBusinessId;
}
