import type { Outcome, Step } from "../engine";
import { fields, isEquivalent } from "../fields";
import type { LiveIntegrations, Pinterest } from "../pinterest";
import type { Program } from "../program";
import { ensure } from "../violation";

/** Checks that a preview after `up` is empty. */
export function checkEmptyPreview({ steps, errors }: Outcome): void {
  const changes = steps.filter(({ op }) => op !== "same");
  ensure(
    changes.length === 0 && errors.length === 0,
    "a preview after an up is empty",
    () => JSON.stringify(changes) + errors.map(({ error }) => error.message),
  );
}

/** Checks that a preview with a refresh shows exactly the managed fields that drifted, by name. */
export function checkDrift(
  { steps, errors }: Outcome,
  program: Program,
  integrations: LiveIntegrations,
  pinterest: Pinterest,
): void {
  const expected = expectedSteps(program, integrations, pinterest);
  if (expected === undefined) {
    ensure(errors.length > 0, "an unreadable integration is an error, not drift", () =>
      JSON.stringify(steps),
    );
    return;
  }
  const shownSteps = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, name, properties }: Step) => `${op} ${name} ${properties}`.trim());
  ensure(
    errors.length === 0 && shownSteps.sort().join("; ") === expected.sort().join("; "),
    "drift is exactly the managed fields that differ",
    () =>
      `shown: ${shownSteps.join("; ")}; expected: ${expected.join("; ")}${errors.map(({ error }) => error.message)}`,
  );
}

/** The steps that a preview must show, or undefined if it must fail. */
function expectedSteps(
  program: Program,
  integrations: LiveIntegrations,
  pinterest: Pinterest,
): string[] | undefined {
  const steps: string[] = [];
  for (const [name, declared] of program) {
    const live = integrations.get(declared.externalBusinessId);
    if (live === undefined) {
      steps.push(`create ${name}`);
      continue;
    }
    if (live.owner !== pinterest.ownerOf(declared.account)) return undefined;
    const differing = fields.filter(
      ({ name: field, secret }) =>
        !secret &&
        field in declared.fields &&
        !isEquivalent(field, live.fields[field], declared.fields[field]),
    );
    if (differing.length > 0) {
      steps.push(`update ${name} ${differing.map((field) => field.name).sort()}`);
    }
  }
  return steps;
}
