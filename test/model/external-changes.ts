import { fields, isEquivalent, type Value, type Values } from "./fields";
import { otherUser } from "./pinterest";
import type { Declaration } from "./program";
import type { World } from "./world";

/** An integration, as a number modulo the number of integrations. */
type Nth = number;

/** A change at Pinterest outside of Pulumi. */
export type ExternalChange =
  | { do: "change"; nth: Nth; field: string; value: Value | undefined }
  /** Changes or clears a field that the program declares. */
  | { do: "drift"; nth: Nth; clears: boolean }
  /** Back to the values of the program, except for secret fields. */
  | { do: "restore"; nth: Nth }
  | { do: "delete"; nth: Nth }
  | { do: "create"; id: string; fields: Values }
  | { do: "transfer"; nth: Nth };

export function applyExternalChange(world: World, step: ExternalChange): void {
  const { pinterest } = world;
  const { emulator } = pinterest;
  if (step.do === "create") {
    if (emulator.integration(step.id) !== undefined) return;
    pinterest.create(step.id, step.fields);
    world.history.unmanagedIds.add(step.id);
    return;
  }
  const ids = [...pinterest.integrations().keys()];
  const id = ids[step.nth % ids.length];
  if (id === undefined) return;
  const change = (field: string, value: Value | undefined) => {
    pinterest.change(id, field, value);
    world.history.drifted.add(`${id}/${field}`);
  };
  const declared = world.program.declarations.find((each) => each.externalBusinessId === id);
  switch (step.do) {
    case "change":
      change(step.field, step.value);
      return;
    case "drift": {
      const field = fields.find(({ name, secret }) => !secret && declared?.fields[name] !== undefined);
      if (field !== undefined) change(field.name, step.clears ? undefined : otherValue(field, declared));
      return;
    }
    case "restore":
      for (const { name, secret } of fields) {
        const value = declared?.fields[name];
        if (value !== undefined && !secret) change(name, value);
      }
      return;
    case "delete":
      emulator.remove(id);
      break;
    case "transfer":
      emulator.change(id, {}, { account: otherUser });
      world.history.unmanagedIds.add(id);
  }
  world.history.drifted.add(`${id}/*`);
}

function otherValue(
  { name, values }: (typeof fields)[number],
  declared: Declaration | undefined,
): Value | undefined {
  return values.find((each) => !isEquivalent(name, each, declared?.fields[name]));
}
