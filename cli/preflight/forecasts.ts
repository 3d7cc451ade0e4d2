import type { CreateObservation } from "../../provider/lifecycle/observer";
import { inputsFromBag } from "../../provider/lifecycle/outputs";
import { isSameIntegration } from "../../provider/lifecycle/ownership";
import { unknownValue } from "../../provider/lifecycle/values";
import type { Steps } from "../check/steps";
import { defined, driftedProperty, textOf } from "../check/values";
import { nameOf } from "../stack/state";
import type { Forecast } from "./report";

type Bag = Readonly<Record<string, unknown>>;

/** A create in a preview. Secrets are the engine's marker instead of the value. */
export interface PlannedCreate {
  readonly name: string;
  readonly urn: string;
  readonly inputs: Bag;
  /** The inputs of the resource that it replaces. */
  readonly replaced?: Bag | undefined;
}

/** An integration in state that the update deletes. */
export interface PlannedDeletion {
  readonly name: string;
  readonly urn: string;
  readonly inputs: Bag;
  readonly integrationId: unknown;
  /** Whether a replacement deletes it, and creates another one. */
  readonly isReplaced: boolean;
}

export function createsIn(steps: readonly Steps[]): PlannedCreate[] {
  return steps.flatMap(({ urn, planned }) => {
    if (planned?.op !== "create" && planned?.op !== "replace") return [];
    const { wanted, old } = planned;
    return [{ name: nameOf(urn), urn, inputs: wanted.inputs, replaced: old?.inputs }];
  });
}

export function deletionsIn(steps: readonly Steps[]): PlannedDeletion[] {
  return steps.flatMap(({ urn, planned }) => {
    const { op, old, isRetained } = planned ?? {};
    if ((op !== "delete" && op !== "replace") || old === undefined || isRetained) return [];
    const { inputs, outputs } = old;
    const { integrationId } = outputs;
    return [{ name: nameOf(urn), urn, inputs, integrationId, isReplaced: op === "replace" }];
  });
}

/**
 * Combines the creates of a preview with the observations of its provider processes. The engine runs steps in parallel, so their order is
 * arbitrary.
 *
 * @param names the resources' names in the program's order; creates of other names follow, sorted by name.
 */
export function forecastsOf(
  plan: { readonly creates: readonly PlannedCreate[]; readonly deletions: readonly PlannedDeletion[] },
  observations: readonly CreateObservation[],
  names: readonly string[] = [],
): Forecast[] {
  const assigned = assignObservations(plan.creates, observations);
  const positions = new Map(names.map((name, index) => [name, index]));
  const positionOf = ({ name }: PlannedCreate) => positions.get(name) ?? names.length;
  return [...plan.creates]
    .sort((left, right) => positionOf(left) - positionOf(right) || (left.name < right.name ? -1 : 1))
    .map((create) => {
      const observation = assigned.get(create);
      const forecast = forecastOf(create, observation);
      if (forecast.recreated) return forecast;
      return { ...forecast, ...deletionOf(create, observation?.integrationId, plan.deletions) };
    });
}

const keyNames = ["externalBusinessId", "account", "providerName"] as const;

/** The key of a create: integration, account and provider. It is unique in a program. */
function keyOf(bag: Bag | CreateObservation): string {
  return JSON.stringify(keyNames.map((name) => (bag as Bag)[name] ?? null));
}

/** The observation of each create. It is missing if nothing read the integration, or if a secret hides its ID. */
function assignObservations(
  creates: readonly PlannedCreate[],
  observations: readonly CreateObservation[],
): ReadonlyMap<PlannedCreate, CreateObservation> {
  const assigned = new Map<PlannedCreate, CreateObservation>();
  const byKey = Map.groupBy(observations, keyOf);
  for (const create of creates) {
    const observation = byKey.get(keyOf(create.inputs))?.shift();
    if (observation !== undefined) assigned.set(create, observation);
  }
  // The remaining observations belong to creates whose ID the engine hides. An assignment must be the only possible one.
  const remaining = new Set([...byKey.values()].flat());
  const hidden = new Set(creates.filter((create) => !assigned.has(create) && isHidden(create.inputs)));
  for (const create of hidden) {
    const [observation, ...others] = [...remaining].filter((each) => matches(create.inputs, each));
    if (observation === undefined || others.length > 0) continue;
    if ([...hidden].filter(({ inputs }) => matches(inputs, observation)).length > 1) continue;
    assigned.set(create, observation);
    remaining.delete(observation);
    hidden.delete(create);
  }
  return assigned;
}

function isHidden(inputs: Bag): boolean {
  return keyNames.some((name) => typeof inputs[name] === "object");
}

function matches(inputs: Bag, observation: CreateObservation): boolean {
  return keyNames.every((name) => typeof inputs[name] === "object" || observation[name] === inputs[name]);
}

function forecastOf(
  { name, urn, inputs, replaced }: PlannedCreate,
  observation?: CreateObservation,
): Forecast {
  const { externalBusinessId, account, providerName } = inputs;
  const known = {
    name,
    urn,
    ...defined({
      externalBusinessId: textOf(externalBusinessId),
      account: textOf(account),
      provider: textOf(providerName),
    }),
  };
  if (observation === undefined) return { ...known, verdict: "not-checked", ...whyUnobserved(inputs) };
  const { verdict, fields, live, omitted, notCompared } = observation;
  // The existing integration is deleted first, in any account.
  const isDecided = verdict !== "not-checked" && verdict !== "unknown";
  if (replaced?.externalBusinessId === externalBusinessId && isDecided) {
    return { ...known, verdict: "created", recreated: true };
  }
  // Messages of Pinterest's answers contain the ID, which the program may declare as a secret.
  const hiddenId = known.externalBusinessId === undefined ? observation.externalBusinessId : unknownValue;
  const message = (text: string | undefined) =>
    hiddenId === unknownValue ? text : text?.replaceAll(hiddenId, "[secret]");
  const differences = live && fields?.map((field) => driftedProperty(field, { inputs }, { inputs: live }));
  const [reason, advice] = [observation.reason, observation.advice].map(message);
  return { ...known, verdict, ...defined({ fields, differences, omitted, notCompared, reason, advice }) };
}

function whyUnobserved({ externalBusinessId }: Bag): Pick<Forecast, "reason" | "advice"> {
  if (typeof externalBusinessId !== "string") {
    return {
      reason: "its ID is a secret, so its observation cannot be identified",
      advice:
        "Do not declare `externalBusinessId` as a secret: state shows the IDs of resources in plaintext.",
    };
  }
  return {
    reason: "its provider did not report it",
    advice:
      "Either the configuration of its explicit provider is known only during the update, or the program uses a `pulumi-pinterest` that is " +
      "older than this command: install the same version in the project.",
  };
}

/** The resource that the update deletes for the same integration, by the rule of `decideDeletion`. */
function deletionOf(
  { urn, inputs }: PlannedCreate,
  integrationId: string | undefined,
  deletions: readonly PlannedDeletion[],
): Pick<Forecast, "deletedBy" | "renamedFrom"> {
  const externalBusinessId = textOf(inputs.externalBusinessId);
  const created = { ...inputsFromBag(inputs), integrationId };
  const deletion = deletions.find((each) => {
    if (each.urn === urn) return false;
    // The engine hides an ID that is a secret.
    if (externalBusinessId === undefined) {
      return integrationId !== undefined && each.integrationId === integrationId;
    }
    const deleted = { ...inputsFromBag(each.inputs), integrationId: textOf(each.integrationId) };
    return deleted.externalBusinessId === externalBusinessId && isSameIntegration(created, deleted) === true;
  });
  if (deletion === undefined) return {};
  return deletion.isReplaced ? { deletedBy: deletion.name } : { renamedFrom: deletion.name };
}
