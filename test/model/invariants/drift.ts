import { fields, isEquivalent } from "../fields";
import type { Declaration } from "../program";
import type { Outcome } from "../stack";
import { ensure } from "../violation";
import type { World } from "../world";

/** Checks that a preview after `up` is empty. */
export function checkEmptyPreview({ steps, errors }: Outcome): void {
  ensure(
    steps.length === 0 && errors.length === 0,
    "a preview after an up is empty",
    () => JSON.stringify(steps) + errors.map(({ error }) => error.message),
  );
}

/** Checks that a preview with a refresh shows exactly the managed fields that drifted, by name. */
export function checkDrift(world: World, program: readonly Declaration[], { steps, errors }: Outcome): void {
  const expected = expectedSteps(world, program);
  if (expected === undefined) {
    ensure(errors.length > 0, "an unreadable integration is an error, not drift", () =>
      JSON.stringify(steps),
    );
    return;
  }
  const shownSteps = steps.map(({ op, name, detailedDiff }) =>
    `${op} ${name} ${op === "update" ? Object.keys(detailedDiff ?? {}).sort() : ""}`.trim(),
  );
  ensure(
    errors.length === 0 && shownSteps.sort().join("; ") === expected.sort().join("; "),
    "drift is exactly the managed fields that differ",
    () =>
      `shown: ${shownSteps.join("; ")}; expected: ${expected.join("; ")}${errors.map(({ error }) => error.message)}`,
  );
}

/** The steps that a preview must show, or undefined if it must fail. */
function expectedSteps(world: World, program: readonly Declaration[]): string[] | undefined {
  const integrations = world.pinterest.integrations();
  const steps: string[] = [];
  for (const declared of program) {
    const { name } = declared;
    const live = integrations.get(declared.externalBusinessId);
    if (live === undefined) {
      steps.push(`create ${name}`);
      continue;
    }
    if (live.owner !== world.ownerOf(declared)) return undefined;
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
