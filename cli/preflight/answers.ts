import type { CreateObservation } from "../../provider/lifecycle/observer";
import type { PlannedCreate } from "./plan";

type Bag = Readonly<Record<string, unknown>>;

const placeNames = ["externalBusinessId", "account", "providerName"] as const;

/** The key of a create: integration, account and provider. It is unique in a program. */
export function placeOf(bag: Bag | CreateObservation): string {
  return JSON.stringify(placeNames.map((name) => (bag as Bag)[name] ?? null));
}

/** The observation of each create. It is missing if nothing read the integration, or if a secret hides its ID. */
export function answersTo(
  creates: readonly PlannedCreate[],
  observations: readonly CreateObservation[],
): ReadonlyMap<PlannedCreate, CreateObservation> {
  const answers = new Map<PlannedCreate, CreateObservation>();
  const left = new Set(observations);
  const take = (create: PlannedCreate, observation: CreateObservation | undefined) => {
    if (observation !== undefined) {
      answers.set(create, observation);
      left.delete(observation);
    }
  };
  const byPlace = Map.groupBy(observations, placeOf);
  for (const create of creates) {
    take(create, byPlace.get(placeOf(create.inputs))?.shift());
  }
  // The remaining observations belong to creates whose ID the engine hides, after all others are assigned.
  for (const create of creates.filter(({ inputs }) => isHidden(inputs))) {
    const candidates = [...left].filter((observation) => mayBe(create.inputs, observation));
    const hidden = creates.filter((one) => !answers.has(one) && isHidden(one.inputs));
    const [only, ...more] = candidates;
    const isOnly = more.length === 0 && hidden.filter((one) => only && mayBe(one.inputs, only)).length === 1;
    take(create, isOnly ? only : undefined);
  }
  return answers;
}

function isHidden(inputs: Bag): boolean {
  return placeNames.some((name) => typeof inputs[name] === "object");
}

function mayBe(inputs: Bag, observation: CreateObservation): boolean {
  return placeNames.every((name) => typeof inputs[name] === "object" || observation[name] === inputs[name]);
}
