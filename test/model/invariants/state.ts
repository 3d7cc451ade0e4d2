import { secretsAmong } from "../../../provider/lifecycle/outputs";
import type { Resource } from "../../fake-engine/state";
import { ensure } from "../ensure";
import { fields, isEquivalent, type Value } from "../fields";
import { isDeployed, type Observation } from "../observation";
import type { Declaration } from "../program";

const computed = ["integrationId", "connectedUserId", "createdTimestamp", "updatedTimestamp"];

/** Checks the form of each resource in state and, if an `up` has deployed it, its values. */
export function checkState(observation: Observation): void {
  for (const [name, resource] of observation.after.state) {
    const undefinedPaths = pathsOfUndefined(resource);
    ensure(undefinedPaths.length === 0, "state contains no undefined values", `${name}: ${undefinedPaths}`);
    ensure(
      resource.outputs.externalBusinessId === resource.id && typeof resource.outputs.__managed === "string",
      "outputs are complete",
      `${name}: ${Object.keys(resource.outputs)}`,
    );
    const unmarked = fields.filter(
      ({ name: field, secret }) =>
        secret && field in resource.outputs && !secretsAmong(resource.outputs).includes(field),
    );
    ensure(
      unmarked.length === 0,
      "secrets are marked in state",
      `${name}: ${unmarked.map((each) => each.name)}`,
    );
    const declared = observation.declared.find((each) => each.name === name);
    if (declared !== undefined && isDeployed(observation, name))
      checkOutputs(name, resource, declared, observation);
  }
}

function checkOutputs(
  name: string,
  resource: Resource,
  declared: Declaration,
  observation: Observation,
): void {
  const { outputs, initErrors = [] } = resource;
  ensure(initErrors.length === 0, "a successful write leaves no errors", `${name}: ${initErrors}`);
  const missing = computed.filter((each) => outputs[each] === undefined);
  ensure(missing.length === 0, "outputs are full on every path", `${name} lacks ${missing}`);
  const id = declared.externalBusinessId;
  for (const { name: field } of fields) {
    if (!(field in declared.fields)) continue;
    ensure(
      isEquivalent(field, outputs[field] as Value | undefined, declared.fields[field]),
      "outputs have the program's values",
      `${name}: ${field}`,
    );
  }
  if ([...observation.drifted].some((change) => change.startsWith(`${id}/`))) return;
  const live = observation.after.integrations.get(id);
  ensure(
    live?.integrationId === outputs.integrationId && live?.owner === outputs.connectedUserId,
    "outputs have Pinterest's values",
    `${name}: integration ID or owner`,
  );
}

function pathsOfUndefined(value: unknown, path = ""): string[] {
  if (value === undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsOfUndefined(item, `${path}.${key}`));
}
