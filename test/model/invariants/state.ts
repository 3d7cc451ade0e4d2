import { secretsAmong } from "../../../provider/lifecycle/outputs";
import type { Resource } from "../engine";
import { type Observation, succeeded } from "../observation";
import type { Declaration } from "../program";
import { ensure } from "../violation";
import { fields, same, type Value } from "../vocabulary";

const computed = ["integrationId", "connectedUserId", "createdTimestamp", "updatedTimestamp"];

/** Checks the form of each resource in state and, after a successful `up`, its values. */
export function checkState(seen: Observation): void {
  for (const [name, resource] of seen.after.state) {
    const holes = pathsOfUndefined(resource);
    ensure(holes.length === 0, "no bag holds undefined", () => `${name}: ${holes}`);
    ensure(
      resource.outputs.externalBusinessId === resource.id && typeof resource.outputs.__managed === "string",
      "outputs are full on every path",
      () => `${name}: ${Object.keys(resource.outputs)}`,
    );
    const open = fields.filter(
      ({ name: field, secret }) =>
        secret && field in resource.outputs && !secretsAmong(resource.outputs).includes(field),
    );
    ensure(
      open.length === 0,
      "secrets are marked in state",
      () => `${name}: ${open.map((each) => each.name)}`,
    );
    const declared = seen.program.get(name);
    if (seen.command.do === "up" && succeeded(seen) && declared !== undefined) {
      checkShown(name, resource, declared, seen);
    }
  }
}

function checkShown(name: string, resource: Resource, declared: Declaration, seen: Observation): void {
  const { outputs, initErrors } = resource;
  ensure(initErrors.length === 0, "what succeeded is whole", () => `${name}: ${initErrors}`);
  const absent = computed.filter((each) => outputs[each] === undefined);
  ensure(absent.length === 0, "outputs are full on every path", () => `${name} lacks ${absent}`);
  const id = declared.externalBusinessId;
  for (const { name: field } of fields) {
    if (!(field in declared.fields)) continue;
    ensure(
      same(field, outputs[field] as Value | undefined, declared.fields[field]),
      "outputs show what the program says",
      () => `${name}: ${field}`,
    );
  }
  if ([...seen.drifted].some((mark) => mark.startsWith(`${id}/`))) return;
  const is = seen.after.holdings.get(id);
  ensure(
    is?.number === outputs.integrationId && is?.owner === outputs.connectedUserId,
    "outputs show what Pinterest holds",
    () => `${name}: number or owner`,
  );
}

function pathsOfUndefined(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsOfUndefined(item, `${path}.${key}`));
}
