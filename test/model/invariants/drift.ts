import type { Outcome, Step } from "../engine";
import type { Holdings, Pinterest } from "../pinterest";
import type { Program } from "../program";
import { ensure } from "../violation";
import { fields, same } from "../vocabulary";

/** A preview after `up` is empty. */
export function checkEmptyPreview({ steps, errors }: Outcome): void {
  const changes = steps.filter(({ op }) => op !== "same");
  ensure(
    changes.length === 0 && errors.length === 0,
    "after an up a preview is empty",
    () => JSON.stringify(changes) + errors.map(({ error }) => error.message),
  );
}

/** A preview with a refresh shows exactly the managed fields that drifted, by name. */
export function checkDrift(
  { steps, errors }: Outcome,
  program: Program,
  holdings: Holdings,
  pinterest: Pinterest,
): void {
  const expected = driftOf(program, holdings, pinterest);
  if (expected === undefined) {
    ensure(errors.length > 0, "what cannot be read is an error, not drift", () => JSON.stringify(steps));
    return;
  }
  const seen = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, name, properties }: Step) => `${op} ${name} ${properties}`.trim());
  ensure(
    errors.length === 0 && seen.sort().join("; ") === expected.sort().join("; "),
    "drift is exactly the managed fields that differ",
    () =>
      `shown: ${seen.join("; ")}; true: ${expected.join("; ")}${errors.map(({ error }) => error.message)}`,
  );
}

/** The steps that a preview must show; undefined if it must fail. */
function driftOf(program: Program, holdings: Holdings, pinterest: Pinterest): string[] | undefined {
  const steps: string[] = [];
  for (const [name, declared] of program) {
    const is = holdings.get(declared.externalBusinessId);
    if (is === undefined) {
      steps.push(`create ${name}`);
      continue;
    }
    if (is.owner !== pinterest.ownerOf(declared.account)) return undefined;
    const differing = fields.filter(
      ({ name: field, secret }) =>
        !secret && field in declared.fields && !same(field, is.fields[field], declared.fields[field]),
    );
    if (differing.length > 0) {
      steps.push(`update ${name} ${differing.map((field) => field.name).sort()}`);
    }
  }
  return steps;
}
