import { defined } from "../provider/base/bag";
import { fullKey } from "../provider/config/keys";
import { keyOf, placeNames } from "../provider/run/identity";
import type { DeletionLimits } from "../provider/run/ledger";
import type { CreateObservation, Observation } from "../provider/run/observations";
import { strictestOf } from "../provider/run/ownership";
import { aliasFor, hasIntegrationOf } from "./renames";
import type { DriftedProperty, MerchantReport } from "./report";
import { nameOf } from "./state";
import type { IntegrationSteps, Planned } from "./steps";
import { driftedProperty, textOf } from "./values";

/**
 * Forecasts the creates of a preview whose provider processes have observed creates. The engine reports steps in an arbitrary
 * order.
 *
 * @param runtime of the program, see {@link aliasFor}
 * @returns the creates in the program's order, and the limits on deletions: the strictest of all providers
 */
export function forecastCreates(
  steps: readonly IntegrationSteps[],
  observations: readonly Observation[],
  runtime?: string,
): { creates: Forecast[]; limits: DeletionLimits } {
  const limits = strictestOf(observations.filter((each) => each.kind === "limits"));
  const planned = steps.flatMap(({ urn, planned }) =>
    planned === undefined ? [] : { ...planned, urn, name: nameOf(urn) },
  );
  const creates = planned.filter(({ op }) => op === "create" || op === "replace");
  const deletions = planned.filter(
    ({ op, isRetained }) => (op === "delete" || op === "replace") && !isRetained,
  );
  // The external business ID, account and provider are unique in a program.
  const observed = new Map(
    observations.filter((each) => each.kind === "create").map((each) => [keyOf(each), each]),
  );
  const forecasts = creates.sort(byDeclaration(observations)).map((create) => {
    const observation = observed.get(keyOf(create.wanted.inputs));
    const forecast = forecastCreate(create, limits, observation);
    return { ...forecast, ...renameOf(create, observation?.integrationId, deletions, runtime) };
  });
  const kept = new Set([
    ...forecasts.map(({ renamedFromUrn }) => renamedFromUrn),
    ...creates.flatMap(({ urn, isRetained }) => (isRetained || limits.onDelete === "retain" ? [urn] : [])),
  ]);
  const withKept = forecasts.map((forecast) =>
    forecast.replaces !== undefined && kept.has(forecast.urn)
      ? { ...forecast, keepsReplaced: true }
      : forecast,
  );
  return { creates: withKept, limits };
}

/** Returns a comparator: by the program's order, if the program reports it. Others follow, sorted by name. */
function byDeclaration(observations: readonly Observation[]) {
  const declared = observations.filter((each) => each.kind === "declaration");
  const positions = new Map(declared.map(({ name }, index) => [name, index]));
  const positionOf = ({ name }: PlannedStep) => positions.get(name) ?? declared.length;
  return (left: PlannedStep, right: PlannedStep) =>
    positionOf(left) - positionOf(right) || (left.name < right.name ? -1 : 1);
}

/** Why an update refuses this number of deletions. Undefined if it does not. */
export function problemWithDeletions(count: number, { onDelete, deleteLimit }: DeletionLimits) {
  if (count === 0 || onDelete === "retain") return undefined;
  if (onDelete === "refuse") return `\`${fullKey("onDelete")}\` is \`refuse\``;
  if (deleteLimit === undefined || count <= deleteLimit) return undefined;
  return `\`${fullKey("deleteLimit")}\` ${deleteLimit === 0 ? "is 0" : `allows ${deleteLimit}`}`;
}

/**
 * The result of a create in the update. `protected`: the update fails, because Pulumi does not delete the protected resource that has the integration
 * under its old name or parent. `undeletable`: it is refused, because it replaces an integration that the update must not delete. `imported`: the
 * resource option `import` names the integration, and the preview has looked it up. For the others, see {@link CreateVerdict}.
 */
export type Verdict = NonNullable<MerchantReport["forecast"]>["verdict"];

/** By verdict: what the next update does with the integration, and whether the verdict makes the command fail. */
const effects: Readonly<Record<Verdict, { readonly effect: string; readonly isFailure?: true }>> = {
  created: { effect: "creates it" },
  adopted: { effect: "adopts it" },
  overwritten: { effect: "overwrites it" },
  imported: { effect: "imports it" },
  refused: { effect: "refuses it", isFailure: true },
  foreign: { effect: "refuses it", isFailure: true },
  protected: { effect: "refuses it", isFailure: true },
  undeletable: { effect: "refuses it", isFailure: true },
  unknown: { effect: "not known before the update" },
  "not-checked": { effect: "not checked", isFailure: true },
};

/** Whether the update fails because of the integration, or could not be forecast. */
export function isFailing({ verdict }: { readonly verdict: Verdict }): boolean {
  return effects[verdict].isFailure === true;
}

/** Whether the update certainly fails because of an integration that it creates, replaces or renames. */
export function isRefused({ forecast }: Pick<MerchantReport, "forecast">): boolean {
  return forecast !== undefined && isFailing(forecast) && forecast.verdict !== "not-checked";
}

/** What the next update does: the predicate of a sentence, unless it is not known. */
export function effectOf({
  verdict,
  notCompared = [],
}: {
  readonly verdict: Verdict;
  readonly notCompared?: readonly string[] | undefined;
}): string {
  const isWritten = notCompared.length > 0 && (verdict === "adopted" || verdict === "overwritten");
  return effects[verdict].effect + (isWritten ? `, and writes ${notCompared.join(", ")}` : "");
}

/** An integration that the next update would create. It contains no secret. */
export interface Forecast
  extends Pick<
    CreateObservation,
    "account" | "fields" | "omitted" | "notCompared" | "reason" | "requestId" | "advice" | "updateContinues"
  > {
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
  /** The external business ID that the resource has in state, if the update replaces it with another one. */
  readonly replaces?: string;
  /** Whether the replaced integration stays at Pinterest. */
  readonly keepsReplaced?: boolean;
}

/** The external business ID in state that the update replaces with another one. */
function replacedId({ op, old, wanted }: PlannedStep): string | undefined {
  const [oldId, newId] = [old, wanted].map((properties) => textOf(properties?.inputs.externalBusinessId));
  return op === "replace" && newId !== undefined && oldId !== newId ? oldId : undefined;
}

/** The step of a preview for an integration. Secrets are the engine's marker instead of the value. */
type PlannedStep = Planned & { readonly urn: string; readonly name: string };

function forecastCreate(
  create: PlannedStep,
  limits: DeletionLimits,
  observation?: CreateObservation,
): Forecast {
  const {
    name,
    urn,
    wanted: { inputs },
    old,
    isImport,
  } = create;
  const replaces = replacedId(create);
  const { externalBusinessId, account, providerName } = inputs;
  const known = {
    name,
    urn,
    ...defined({
      externalBusinessId: textOf(externalBusinessId),
      account: textOf(account),
      provider: textOf(providerName),
      replaces,
    }),
  };
  if (isImport) return { ...known, verdict: "imported" };
  const problem = replaces === undefined ? undefined : problemWithDeletions(1, limits);
  // The update refuses the create before it reads the new ID.
  if (problem !== undefined) return { ...known, verdict: "undeletable", reason: problem };
  if (observation === undefined) return { ...known, verdict: "not-checked", ...whyUnobserved(inputs) };
  const { verdict, fields, live, omitted, notCompared, reason, requestId, advice, updateContinues } =
    observation;
  const isExisting = ["adopted", "overwritten", "refused"].includes(verdict);
  if (old?.inputs.externalBusinessId === externalBusinessId && isExisting) {
    return { ...known, verdict: "adopted", isUpdate: true };
  }
  const differences = live && fields?.map((field) => driftedProperty(field, { inputs }, { inputs: live }));
  return {
    ...known,
    verdict,
    ...defined({ fields, differences, omitted, notCompared, reason, requestId, advice, updateContinues }),
  };
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
  runtime: string | undefined,
): Partial<Pick<Forecast, "renamedFrom" | "renamedFromUrn" | "alias" | "verdict">> {
  const deletion = deletions.find(
    ({ urn, old }) => urn !== create.urn && old !== undefined && hasIntegrationOf(create, old, integrationId),
  );
  if (deletion === undefined) return {};
  const { name: renamedFrom, urn: renamedFromUrn, op, isProtected } = deletion;
  return {
    renamedFrom,
    renamedFromUrn,
    ...(op === "delete" && { alias: aliasFor(renamedFromUrn, create.urn, runtime) }),
    ...(op === "delete" && isProtected && { verdict: "protected" }),
  };
}
