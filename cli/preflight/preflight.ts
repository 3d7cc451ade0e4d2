import { defined } from "../../provider/base/bag";
import { keyOf, placeNames } from "../../provider/run/identity";
import type { CreateObservation, CreateVerdict } from "../../provider/run/observations";
import { previewOf } from "../../stack/preview";
import { aliasFor, hasIntegrationOf } from "../../stack/renames";
import type { DriftedProperty } from "../../stack/report";
import type { OpenStack } from "../../stack/stack";
import { nameOf } from "../../stack/state";
import type { Planned, Steps } from "../../stack/steps";
import { driftedProperty, textOf } from "../../stack/values";
import { type Warning, warningsOf } from "./warnings";

/** The output of `preflight --json`. */
export interface PreflightReport {
  /** Version of this format. An incompatible change increases it. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** Whether the preview succeeded and no create would be refused or could not be checked. */
  readonly ok: boolean;
  readonly creates: readonly Forecast[];
  /** The number of creates by verdict. Verdicts without creates are omitted. */
  readonly summary: Readonly<Partial<Record<Verdict, number>>>;
  /** Other steps of the update on integrations, which `pulumi preview` shows. A change of the external business ID is also a deletion. */
  readonly others: { readonly update: number; readonly delete: number; readonly same: number };
  /** Problems that do not make the command fail. */
  readonly warnings: readonly Warning[];
  /** The errors of a failed preview. `creates` may then be incomplete. */
  readonly errors: readonly string[];
}

/**
 * Runs a preview in which providers read the integrations that it would create. If the preview fails, the report contains the error and
 * the creates up to it.
 */
export async function preflightOf(
  stack: OpenStack,
  onProgress: (integrations: number) => void = () => {},
): Promise<PreflightReport> {
  const { steps, observations, errors } = await previewOf(stack, {
    refresh: false,
    observe: { creates: true },
    onEvent: (_, integrations) => onProgress(integrations),
  });
  const planned = [...steps.integrations.values()];
  const creates = forecastsOf(
    planned,
    observations.flatMap((each) => (each.kind === "create" ? [each] : [])),
    observations.flatMap((each) => (each.kind === "declaration" ? [each.name] : [])),
  );
  return {
    version: 1,
    project: stack.project,
    stack: stack.name,
    ok: errors.length === 0 && !creates.some(({ verdict }) => failing.has(verdict)),
    creates,
    summary: summaryOf(creates),
    others: othersOf(planned, creates),
    warnings: warningsOf(planned, creates),
    errors,
  };
}

/** Counts the steps that are not creates. A rename deletes nothing at Pinterest. */
export function othersOf(
  steps: readonly Steps[],
  creates: readonly Pick<Forecast, "renamedFromUrn">[] = [],
): PreflightReport["others"] {
  const renamed = new Set(creates.map(({ renamedFromUrn }) => renamedFromUrn));
  const count = (op: Planned["op"]) =>
    steps.filter(({ urn, planned }) => planned?.op === op && !renamed.has(urn)).length;
  // A forced replacement with the same ID deletes nothing.
  const changedIds = steps.filter(({ planned }) => {
    const idIn = (properties?: Planned["old"]) => properties?.inputs.externalBusinessId;
    return planned?.op === "replace" && idIn(planned.old) !== idIn(planned.wanted);
  });
  return { update: count("update"), delete: count("delete") + changedIds.length, same: count("same") };
}

export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const groups = Map.groupBy(creates, ({ verdict }) => verdict);
  return Object.fromEntries([...groups].map(([verdict, { length }]) => [verdict, length]));
}

/**
 * The result of a create in the update. `protected`: the update fails, because Pulumi does not delete the protected resource that has the integration
 * under its old name or parent. `imported`: the resource option `import` names the integration, and the preview has looked it up.
 */
export type Verdict = CreateVerdict | "protected" | "imported";

/** The verdicts that make the command fail. */
export const failing: ReadonlySet<Verdict> = new Set(["refused", "foreign", "protected", "not-checked"]);

/** An integration that the next update would create. It contains no secret. */
export interface Forecast
  extends Pick<CreateObservation, "account" | "fields" | "omitted" | "notCompared" | "reason" | "advice"> {
  readonly verdict: Verdict;
  readonly name: string;
  readonly urn: string;
  /** Omitted, like the account, if it is a secret or not known before the update. */
  readonly externalBusinessId?: string;
  readonly provider?: string;
  /** Both values of the fields that are overwritten or that cause the refusal. */
  readonly differences?: readonly DriftedProperty[];
  /** The resource that has the integration in state, and that the update deletes or gives another ID. */
  readonly renamedFrom?: string;
  readonly renamedFromUrn?: string;
  /** The resource option that turns the rename into an update, as TypeScript. Omitted if the update gives the other resource another ID. */
  readonly alias?: string;
  /** Whether the resource is replaced with the same ID, which updates its integration. */
  readonly isUpdate?: boolean;
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
  // The external business ID, account and provider are unique in a program.
  const observed = new Map(observations.map((observation) => [keyOf(observation), observation]));
  const positions = new Map(names.map((name, index) => [name, index]));
  const positionOf = ({ name }: PlannedStep) => positions.get(name) ?? names.length;
  return creates
    .sort((left, right) => positionOf(left) - positionOf(right) || (left.name < right.name ? -1 : 1))
    .map((create) => {
      const observation = observed.get(keyOf(create.wanted.inputs));
      const forecast = forecastOf(create, observation);
      return { ...forecast, ...renameOf(create, observation?.integrationId, deletions) };
    });
}

/** The step of a preview for an integration. Secrets are the engine's marker instead of the value. */
type PlannedStep = Planned & { readonly urn: string; readonly name: string };

function forecastOf(
  { name, urn, wanted: { inputs }, old, isImport }: PlannedStep,
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
  if (isImport) return { ...known, verdict: "imported" };
  if (observation === undefined) return { ...known, verdict: "not-checked", ...whyUnobserved(inputs) };
  const { verdict, fields, live, omitted, notCompared, reason, advice } = observation;
  const isExisting = ["adopted", "overwritten", "refused"].includes(verdict);
  if (old?.inputs.externalBusinessId === externalBusinessId && isExisting) {
    return { ...known, verdict: "adopted", isUpdate: true };
  }
  const differences = live && fields?.map((field) => driftedProperty(field, { inputs }, { inputs: live }));
  return { ...known, verdict, ...defined({ fields, differences, omitted, notCompared, reason, advice }) };
}

function whyUnobserved(inputs: Planned["wanted"]["inputs"]): Pick<Forecast, "reason" | "advice"> {
  const hidden = placeNames.find((name) => typeof inputs[name] === "object");
  if (hidden !== undefined) {
    return {
      reason: `its ${hidden} is a secret, so its observation cannot be identified`,
      advice: `Do not declare \`${hidden}\` as a secret.`,
    };
  }
  return {
    reason: "its provider did not report it",
    advice:
      "Either the configuration of its explicit provider is known only during the update, or the program uses a `pulumi-pinterest` that is " +
      "older than this command: install the same version in the project.",
  };
}

/** The resource that has the created integration in state, and that the update deletes or replaces. */
function renameOf(
  create: PlannedStep,
  integrationId: string | undefined,
  deletions: readonly PlannedStep[],
): Partial<Pick<Forecast, "renamedFrom" | "renamedFromUrn" | "alias" | "verdict">> {
  const deletion = deletions.find(
    ({ urn, old }) => urn !== create.urn && old !== undefined && hasIntegrationOf(create, old, integrationId),
  );
  if (deletion === undefined) return {};
  const { name: renamedFrom, urn: renamedFromUrn, op, isProtected } = deletion;
  return {
    renamedFrom,
    renamedFromUrn,
    ...(op === "delete" && { alias: aliasFor(renamedFromUrn, create.urn) }),
    ...(op === "delete" && isProtected && { verdict: "protected" }),
  };
}
