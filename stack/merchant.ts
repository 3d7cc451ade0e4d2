import { isFieldName, looksLikeToken } from "../provider/api";
import { defined, pick } from "../provider/base/bag";
import { outputsFromBag } from "../provider/lifecycle/outputs";
import { isScalar, sameInput } from "../provider/lifecycle/values";
import { compareWithWritten } from "../provider/lifecycle/written";
import type { ReadObservation } from "../provider/run/observations";
import { isUnread } from "./accepted";
import type { Forecast } from "./forecasts";
import { aliasFor } from "./renames";
import type { DriftStatus, MerchantReport } from "./report";
import { isSecret, nameOf } from "./state";
import { type IntegrationSteps, isUndeclared, type Properties, type Refreshed } from "./steps";
import { driftedProperty, textOf } from "./values";

/**
 * Combines the steps of an integration and the provider's read into a row of the report. The steps are:
 *
 *     refreshed    planned    integration
 *     yes          yes        in state; the update has a step for it
 *     yes          no         in state; the program did not run, or failed before it declared the integration
 *     no           yes        not in state, so the update creates it; or in state, and its read failed
 *
 * @param runtime of the program, see {@link aliasFor}
 */
export function merchantOf(
  steps: IntegrationSteps,
  read: ReadObservation | undefined,
  {
    forecast,
    runtime,
  }: { readonly forecast?: Forecast | undefined; readonly runtime?: string | undefined } = {},
): MerchantReport {
  const { urn, refreshed, renamedFrom } = steps;
  // The update deletes nothing. Until the program declares the integration, only the deployed values can be compared.
  const planned = isUndeclared(steps) ? undefined : steps.planned;
  const changed = read?.changed ?? refreshed?.diff ?? [];
  const properties = propertiesOf({ urn, refreshed, planned }, changed);
  const recreated = read?.recreated === true;
  const status = statusOf({ refreshed, planned }, read, recreated || properties.length > 0);
  const known = refreshed?.state ?? planned?.wanted;
  const account = textOf(known?.inputs.account);
  const pending = pendingOf({ urn, refreshed, planned }, changed);
  const isCreated = renamedFrom !== undefined || pending.includes("create") || pending.includes("replace");
  return {
    name: nameOf(urn),
    urn,
    externalBusinessId: known?.id || (textOf(known?.inputs.externalBusinessId) ?? ""),
    ...(account !== undefined && !looksLikeToken(account) && { account }),
    ...defined({ provider: textOf(known?.inputs.providerName) }),
    status,
    ...defined({ since: status === "drifted" ? changedSince(refreshed) : undefined }),
    ...(status === "drifted" && recreated && { recreated }),
    properties,
    pending: [...(renamedFrom === undefined ? [] : ["rename"]), ...pending],
    ...(renamedFrom !== undefined && {
      renamedFrom,
      alias: aliasFor(renamedFrom, urn, runtime),
    }),
    ...(isCreated && forecast && { forecast: reportedForecast(forecast) }),
    ...(isUnread({ status })
      ? defined({ reason: read?.reason, requestId: read?.requestId, advice: read?.advice })
      : {}),
  };
}

/** The part of a forecast that the report has, in the order of its schema. */
function reportedForecast({ differences, notCompared, ...forecast }: Forecast): MerchantReport["forecast"] {
  return {
    verdict: forecast.verdict,
    ...(differences && { differences: [...differences] }),
    ...(notCompared && { notCompared: [...notCompared] }),
    ...pick(forecast, ["reason", "requestId", "advice"]),
  };
}

function statusOf(
  { refreshed, planned }: Pick<IntegrationSteps, "refreshed" | "planned">,
  read: ReadObservation | undefined,
  differs: boolean,
): DriftStatus {
  if (read?.outcome === "revoked" || read?.outcome === "unreachable") return read.outcome;
  // The update recreates nothing that leaves the program.
  if (planned?.op === "delete") return "in-sync";
  const isMissing = refreshed !== undefined && refreshed.live === undefined;
  if (read?.outcome === "missing" || isMissing) return "missing";
  if (planned?.op === "create" && refreshed === undefined) return "pending";
  return differs ? "drifted" : "in-sync";
}

/** Properties that somebody changed at Pinterest since the last update, and whose value is not the program's. */
function propertiesOf({ refreshed, planned }: IntegrationSteps, changed: readonly string[]) {
  const { live, state } = refreshed ?? {};
  // An integration that leaves the program has no values to compare.
  if (live === undefined || state === undefined || planned?.op === "delete") return [];
  // If the program failed before it declared the integration, only the deployed values are known.
  const program = planned?.wanted ?? state;
  // State has Pinterest's value, and the program has neither that value nor the last written one. The program probably had Pinterest's value in the
  // last update, which wrote nothing. After a refresh and a change of the program, state looks the same. For example:
  //
  //     last written    state    Pinterest    program
  //     11              22       22           33
  const programTookLiveValue = (name: string) =>
    sameInput(name, state.inputs[name], live.inputs[name]) && changedToo(name, program, state);
  const differs = (name: string) =>
    planned === undefined || (planned.diff.includes(name) && !programTookLiveValue(name));
  return changed.filter(differs).map((name) => driftedProperty(name, program, live, state));
}

function pendingOf({ refreshed, planned }: IntegrationSteps, changed: readonly string[]): string[] {
  switch (planned?.op) {
    case "create":
      // The update recreates a missing integration: that fixes drift, and is not a change of the program.
      return refreshed === undefined ? ["create"] : [];
    case "delete":
    case "replace":
      return [planned.op];
    case "update":
      return planned.diff.filter(
        (name) => !changed.includes(name) || changedToo(name, planned.wanted, refreshed?.state),
      );
    default:
      return [];
  }
}

/** Whether the program also changed what changed at Pinterest, so that a fix of the drift would deploy that change too. Unknown for secrets. */
function changedToo(name: string, program: Properties, deployed: Properties | undefined): boolean {
  if (deployed === undefined) return false;
  const [old, now] = [deployed.inputs[name], program.inputs[name]];
  if (isSecret(old) || isSecret(now)) return false;
  // The ID in outputs can be a secret.
  const outputs = outputsFromBag({ ...deployed.outputs, externalBusinessId: deployed.id });
  const wasDeployed = isFieldName(name) && isScalar(now) && compareWithWritten(outputs, name, now) === "same";
  return !wasDeployed && !sameInput(name, old, now);
}

function changedSince(refreshed: Refreshed | undefined): string | undefined {
  const before = Number(refreshed?.state.outputs.updatedTimestamp);
  const now = Number(refreshed?.live?.outputs.updatedTimestamp);
  return now > before ? new Date(now).toISOString() : undefined;
}
