import { onlyRemovedFromState } from "../expected/messages";
import { fields, isEquivalent } from "./fields";
import { type CommandEffects, type Integration, type Observation, succeeded } from "./observation";
import type { Declaration } from "./program";

/** Messages that name an integration that no resource in state has. */
const announcements = [
  /(?<=may have created [^.]*)'(.*?)'/g,
  new RegExp(`integration '(.*?)'[^']* ${onlyRemovedFromState}`, "g"),
];

/** What earlier commands and changes outside of Pulumi have done, as far as the checks of later commands need it. */
export class History {
  /** The fields that drifted since the last refresh: `id/field`, or `id/*` if each field may differ. */
  readonly drifted = new Set<string>();
  /** The fields that any program declared, as `id/field`. */
  readonly everDeclared = new Set<string>();
  /** The IDs of integrations that Pulumi may leave: created or transferred outside of it, named by a message, or chosen by the user (`deletedWith`). */
  readonly unmanagedIds = new Set<string>();
  /** The IDs of integrations that a killed command has created. The next command names them. */
  private readonly interruptedIds = new Set<string>();
  /** The resources of the last `up`, if nothing has failed since. */
  applied: readonly Declaration[] | undefined;

  /** Whether an integration may have no resource in state. */
  mayBeOrphaned({ externalBusinessId }: Integration): boolean {
    return this.unmanagedIds.has(externalBusinessId) || this.interruptedIds.has(externalBusinessId);
  }

  /** Adds a command. @param orphans the integrations without a resource in state @returns what the checks of the command need */
  add(effects: CommandEffects, orphans: readonly Integration[]): Observation {
    const { command, declared } = effects;
    const isComplete = command.chosen === undefined && succeeded(effects);
    this.addOrphans(effects, orphans);
    if (command.do === "up" && isComplete && declared.some(({ isRead }) => !isRead))
      this.interruptedIds.clear();
    this.addDrift(effects);
    const observation = { ...effects, drifted: new Set(this.drifted), applied: this.applied };
    if (command.do === "preview") return observation;
    if (!isComplete || command.do === "destroy") this.applied = undefined;
    else if (command.do === "up") this.applied = declared;
    return observation;
  }

  private addOrphans(
    { isKilled, messages, abandoned, before, after }: CommandEffects,
    orphans: readonly Integration[],
  ): void {
    const { unmanagedIds, interruptedIds } = this;
    for (const id of abandoned) unmanagedIds.add(id);
    for (const pattern of announcements)
      for (const [, id = ""] of messages.join("\n").matchAll(pattern)) {
        unmanagedIds.add(id);
        interruptedIds.delete(id);
      }
    const orphanIds = orphans.map(({ externalBusinessId }) => externalBusinessId);
    // State still has the resource that `deletedWith` deleted without its provider, so later deletions keep its integration for it.
    const replacedIds = [...after.state.values()].flatMap((each) => (each.pendingReplacement ? each.id : []));
    for (const id of after.integrations.keys()) {
      if (replacedIds.includes(id)) continue;
      if (!orphanIds.includes(id)) {
        unmanagedIds.delete(id);
        interruptedIds.delete(id);
      } else if (isKilled && !before.integrations.has(id)) interruptedIds.add(id);
    }
  }

  private addDrift(effects: CommandEffects): void {
    const { command, declared } = effects;
    const isRefreshed = command.do === "refresh" || (command.do === "up" && command.refresh);
    // Reads do not return tokens and email addresses.
    if (isRefreshed && succeeded(effects))
      for (const change of this.drifted)
        if (!fields.some(({ name, secret }) => secret && change.endsWith(`/${name}`)))
          this.drifted.delete(change);
    for (const { externalBusinessId, fields: values } of declared)
      for (const name of Object.keys(values)) this.everDeclared.add(`${externalBusinessId}/${name}`);
    for (const change of changesMissingInState(effects)) this.drifted.add(change);
  }
}

/**
 * Changes of a command that are not in state: all writes of a killed process, and a deletion whose response was lost. If the program is
 * reverted to the values in state, the next `up` without a refresh finds no change.
 */
function changesMissingInState(effects: CommandEffects): string[] {
  const { before, after, isKilled } = effects;
  if (succeeded(effects)) return [];
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
