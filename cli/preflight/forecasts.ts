import { inputsFromBag, keyOf, placeNames } from "../../provider/lifecycle/outputs";
import { isSameIntegration } from "../../provider/lifecycle/ownership";
import type { CreateObservation, CreateVerdict } from "../../provider/lifecycle/session";
import { unknownValue } from "../../provider/lifecycle/values";
import type { DriftedProperty } from "../check/report";
import type { Planned, Steps } from "../check/steps";
import { defined, driftedProperty, textOf } from "../check/values";
import { nameOf } from "../stack/state";

type Bag = Readonly<Record<string, unknown>>;

/** The verdicts that make the command fail. */
export const failing: ReadonlySet<CreateVerdict> = new Set<CreateVerdict>([
  "refused",
  "foreign",
  "not-checked",
]);

/** An integration that the next update would create. It contains no secret. */
export interface Forecast
  extends Pick<
    CreateObservation,
    "verdict" | "account" | "fields" | "omitted" | "notCompared" | "reason" | "advice"
  > {
  /** The resource's name in the program. */
  readonly name: string;
  readonly urn: string;
  /** Omitted, like the account, if it is a secret or not known before the update. */
  readonly externalBusinessId?: string;
  /** The explicit provider's name. */
  readonly provider?: string;
  /** Both values of the fields that are overwritten or that cause the refusal. */
  readonly differences?: readonly DriftedProperty[];
  /** The resource that has the integration in state and leaves the program. */
  readonly renamedFrom?: string;
  /** The resource whose replacement deletes the integration in the same update, before or after this create. */
  readonly deletedBy?: string;
  /** Whether the create replaces an integration with the same ID. */
  readonly recreated?: boolean;
}

/**
 * Combines the creates of a preview with the observations of its provider processes. The engine runs steps in parallel, so their order is
 * arbitrary.
 *
 * @param names the resources' names in the program's order; creates of other names follow, sorted by name.
 */
export function forecastsOf(
  steps: readonly Steps[],
  observations: readonly CreateObservation[],
  names: readonly string[] = [],
): Forecast[] {
  const planned = steps.flatMap(({ urn, planned }) =>
    planned === undefined ? [] : { ...planned, urn, name: nameOf(urn) },
  );
  const creates = planned.filter(({ op }) => op === "create" || op === "replace");
  const deletions = planned.filter(
    ({ op, isRetained }) => (op === "delete" || op === "replace") && !isRetained,
  );
  const assigned = assignObservations(creates, observations);
  const positions = new Map(names.map((name, index) => [name, index]));
  const positionOf = ({ name }: PlannedStep) => positions.get(name) ?? names.length;
  return creates
    .sort((left, right) => positionOf(left) - positionOf(right) || (left.name < right.name ? -1 : 1))
    .map((create) => {
      const observation = assigned.get(create);
      const forecast = forecastOf(create, observation);
      if (forecast.recreated) return forecast;
      return { ...forecast, ...deletionOf(create, observation?.integrationId, deletions) };
    });
}

/** The step of a preview for an integration. Secrets are the engine's marker instead of the value. */
interface PlannedStep extends Planned {
  readonly urn: string;
  readonly name: string;
}

/** The observation of each create, by its place, which is unique in a program. It is missing if nothing read the integration, or if a secret hides its ID. */
function assignObservations(
  creates: readonly PlannedStep[],
  observations: readonly CreateObservation[],
): ReadonlyMap<PlannedStep, CreateObservation> {
  const assigned = new Map<PlannedStep, CreateObservation>();
  const byKey = Map.groupBy(observations, keyOf);
  for (const create of creates) {
    const observation = byKey.get(keyOf(create.wanted.inputs))?.shift();
    if (observation !== undefined) assigned.set(create, observation);
  }
  // The remaining observations belong to creates whose ID the engine hides. An assignment must be the only possible one.
  const remaining = new Set([...byKey.values()].flat());
  const hidden = new Set(creates.filter((create) => !assigned.has(create) && isHidden(create.wanted.inputs)));
  for (const create of hidden) {
    const [observation, ...others] = [...remaining].filter((each) => matches(create.wanted.inputs, each));
    if (observation === undefined || others.length > 0) continue;
    if ([...hidden].filter(({ wanted }) => matches(wanted.inputs, observation)).length > 1) continue;
    assigned.set(create, observation);
    remaining.delete(observation);
    hidden.delete(create);
  }
  return assigned;
}

function isHidden(inputs: Bag): boolean {
  return placeNames.some((name) => typeof inputs[name] === "object");
}

function matches(inputs: Bag, observation: CreateObservation): boolean {
  return placeNames.every((name) => typeof inputs[name] === "object" || observation[name] === inputs[name]);
}

function forecastOf(
  { name, urn, wanted: { inputs }, old }: PlannedStep,
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
  if (old?.inputs.externalBusinessId === externalBusinessId && isDecided) {
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
  { urn, wanted: { inputs } }: PlannedStep,
  integrationId: string | undefined,
  deletions: readonly PlannedStep[],
): Pick<Forecast, "deletedBy" | "renamedFrom"> {
  const externalBusinessId = textOf(inputs.externalBusinessId);
  const created = { ...inputsFromBag(inputs), integrationId };
  const deletion = deletions.find(({ urn: other, old }) => {
    if (other === urn || old === undefined) return false;
    // The engine hides an ID that is a secret.
    if (externalBusinessId === undefined) {
      return integrationId !== undefined && old.outputs.integrationId === integrationId;
    }
    const deleted = { ...inputsFromBag(old.inputs), integrationId: textOf(old.outputs.integrationId) };
    return deleted.externalBusinessId === externalBusinessId && isSameIntegration(created, deleted) === true;
  });
  if (deletion === undefined) return {};
  return deletion.op === "replace" ? { deletedBy: deletion.name } : { renamedFrom: deletion.name };
}
