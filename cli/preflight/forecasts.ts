import type { CreateObservation } from "../../provider/lifecycle/observer";
import { type Fields, inputsFromBag } from "../../provider/lifecycle/outputs";
import { isSameIntegration } from "../../provider/lifecycle/ownership";
import { unknownValue } from "../../provider/lifecycle/values";
import type { DriftedProperty } from "../check/report";
import { driftedProperty } from "../check/values";
import { answersTo } from "./answers";
import type { Leaving, Plan, PlannedCreate } from "./plan";
import type { Forecast } from "./report";

/**
 * Combines the creates of a preview with the observations of its provider processes. The engine runs steps in parallel, so their order is
 * arbitrary.
 *
 * @param names the resources' names in the program's order; creates of other names follow, sorted by name.
 */
export function forecastsOf(
  { creates, leavings }: Pick<Plan, "creates" | "leavings">,
  observations: readonly CreateObservation[],
  names: readonly string[] = [],
): Forecast[] {
  const answers = answersTo(creates, observations);
  const positions = new Map(names.map((name, index) => [name, index]));
  const positionOf = ({ name }: PlannedCreate) => positions.get(name) ?? names.length;
  const sorted = [...creates].sort(
    (left, right) => positionOf(left) - positionOf(right) || (left.name < right.name ? -1 : 1),
  );
  return sorted.map((create) => withLeaving(create, forecastOf(create, answers.get(create)), leavings));
}

/** A forecast, with the ID of the existing integration. */
interface Found {
  readonly forecast: Forecast;
  readonly integrationId?: string | undefined;
}

function forecastOf(create: PlannedCreate, answer: CreateObservation | undefined): Found {
  const { name, urn, inputs, replaced } = create;
  const { externalBusinessId, account, providerName } = inputs;
  const known = {
    name,
    urn,
    ...plain("externalBusinessId", externalBusinessId),
    ...plain("account", account),
    ...plain("provider", providerName),
  };
  if (answer === undefined) {
    return { forecast: { ...known, verdict: "cannot-tell", ...unanswered(inputs) } };
  }
  const { verdict, fields, live, leftOut, unseen, integrationId, reason, advice } = answer;
  // The existing integration is deleted first, in any account.
  if (replaced?.externalBusinessId === externalBusinessId && isDecided(answer)) {
    return { forecast: { ...known, verdict: "created", anew: true } };
  }
  const parts = { reason, advice };
  const texts = Object.entries(parts).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, withoutSecretId(text, answer, known)]],
  );
  return {
    integrationId,
    forecast: {
      ...known,
      verdict,
      ...(fields && { fields }),
      ...(fields && live && { differences: fields.map((field) => difference(field, inputs, live)) }),
      ...(leftOut && { leftOut }),
      ...(unseen && { unseen }),
      ...Object.fromEntries(texts),
    },
  };
}

function difference(field: string, inputs: PlannedCreate["inputs"], live: Fields): DriftedProperty {
  return driftedProperty(field, { inputs }, { inputs: live });
}

function isDecided({ verdict }: CreateObservation): boolean {
  return verdict !== "cannot-tell" && verdict !== "unknown";
}

function plain<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  const isPlain = typeof value === "string" && value !== unknownValue;
  return (isPlain ? { [key]: value } : {}) as { [P in K]?: string };
}

/** Messages of Pinterest's answers contain the ID, which the program may declare as a secret. */
function withoutSecretId(
  text: string,
  { externalBusinessId }: CreateObservation,
  known: Partial<Forecast>,
): string {
  return known.externalBusinessId === undefined && externalBusinessId !== unknownValue
    ? text.replaceAll(externalBusinessId, "[secret]")
    : text;
}

function unanswered({ externalBusinessId }: PlannedCreate["inputs"]): Pick<Forecast, "reason" | "advice"> {
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

/** Adds the resource that the update deletes for the same integration, by the rule of `decideDeletion`. */
function withLeaving(
  { urn, inputs }: PlannedCreate,
  { forecast, integrationId }: Found,
  leavings: readonly Leaving[],
): Forecast {
  const { externalBusinessId } = forecast;
  const created = { ...inputsFromBag(inputs), integrationId };
  const leaving = leavings.find((one) => {
    if (one.urn === urn) return false;
    // The engine hides an ID that is a secret.
    if (externalBusinessId === undefined)
      return integrationId !== undefined && one.integrationId === integrationId;
    const deleted = { ...inputsFromBag(one.inputs), integrationId: text(one.integrationId) };
    return deleted.externalBusinessId === externalBusinessId && isSameIntegration(created, deleted) === true;
  });
  if (leaving === undefined) return forecast;
  return { ...forecast, [leaving.isReplaced ? "givenUpBy" : "renamedFrom"]: leaving.name };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
