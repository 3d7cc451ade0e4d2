import { fields, isEquivalent } from "./fields";
import { otherUser } from "./pinterest";
import { copyOf, type Declaration } from "./program";
import type { Edit, ExternalChange } from "./steps";
import type { World } from "./world";

const maxDeclarations = 3;

/** Edits the program. */
export function applyEdit(world: World, step: Edit): void {
  const { program } = world;
  if (step.do === "declare") {
    if (program.size < maxDeclarations) {
      program.set(world.newName(), {
        ...structuredClone(step.declaration),
        externalBusinessId: world.newId(),
      });
    }
    return;
  }
  if (step.do === "revert") {
    world.program = copyOf(world.programs.at(-2) ?? program);
    return;
  }
  const name = nth([...program.keys()], step.nth);
  const declared = name === undefined ? undefined : program.get(name);
  if (name === undefined || declared === undefined) return;
  switch (step.do) {
    case "undeclare":
      program.delete(name);
      break;
    case "rename":
      program.delete(name);
      program.set(world.newName(), declared);
      break;
    case "set":
      declared.fields[step.field] = step.value;
      break;
    case "unset":
      delete declared.fields[step.field];
      break;
    case "changeId":
      declared.externalBusinessId = world.newId();
      break;
    case "account":
      setAccount(declared, step.account);
      break;
    case "adopt":
      declared.adopt = step.adopt;
      break;
    case "whenRemoved":
      declared.whenRemoved = step.whenRemoved;
  }
}

export function setAccount(declared: Declaration, account: string | undefined): void {
  if (account === undefined) delete declared.account;
  else declared.account = account;
}

/** Changes something at Pinterest outside of Pulumi. */
export function applyExternalChange(world: World, step: ExternalChange): void {
  const { emulator } = world.pinterest;
  if (step.do === "create") {
    const id = world.nextId();
    if (emulator.integration(id) === undefined) world.pinterest.create(id, step.fields);
    return;
  }
  const id = nth([...world.integrations().keys()], step.nth);
  if (id === undefined) return;
  switch (step.do) {
    case "change":
      world.pinterest.change(id, step.field, step.value);
      world.drifted.add(`${id}/${step.field}`);
      break;
    case "drift":
      drift(world, id, step.clears);
      break;
    case "restore":
      restore(world, id);
      break;
    case "delete":
      emulator.remove(id);
      world.drifted.add(`${id}/*`);
      break;
    case "transfer":
      emulator.change(id, {}, { account: otherUser });
      world.drifted.add(`${id}/*`);
  }
}

function drift(world: World, id: string, clears: boolean): void {
  const declared = declarationOf(world, id);
  const field = fields.find(({ name, secret }) => !secret && declared?.fields[name] !== undefined);
  if (field === undefined) return;
  const { name, values } = field;
  const value = clears ? undefined : values.find((each) => !isEquivalent(name, each, declared?.fields[name]));
  world.pinterest.change(id, name, value);
  world.drifted.add(`${id}/${name}`);
}

function restore(world: World, id: string): void {
  const declared = declarationOf(world, id);
  for (const { name, secret } of fields) {
    const value = declared?.fields[name];
    if (value === undefined || secret) continue;
    world.pinterest.change(id, name, value);
    world.drifted.add(`${id}/${name}`);
  }
}

function declarationOf({ program }: World, id: string): Declaration | undefined {
  return [...program.values()].find((each) => each.externalBusinessId === id);
}

function nth<T>(items: readonly T[], number: number): T | undefined {
  return items.length === 0 ? undefined : items[number % items.length];
}
