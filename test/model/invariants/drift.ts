import { isDeepStrictEqual } from "node:util";
import { ensure } from "../ensure";
import { fields, isEquivalent } from "../fields";
import type { Observation } from "../observation";
import type { Declaration } from "../program";
import { plainUp } from "../sequence";
import type { World } from "../world";

/** Checks previews after a successful `up`, with a refresh only if Pinterest can respond. */
export async function checkPreviews(world: World, canRead: boolean): Promise<void> {
  const { steps, errors } = await world.run({ ...plainUp, do: "preview", withoutPause: true });
  ensure(
    steps.length === 0 && errors.length === 0,
    "a preview after an up is empty",
    JSON.stringify(steps) + errors.map(({ error }) => error.message),
  );
  if (canRead) await checkRefreshed(world);
}

/** Checks a preview with a refresh. */
export async function checkRefreshed(world: World): Promise<void> {
  checkDrift(world, await world.run({ ...plainUp, do: "preview", refresh: true, withoutPause: true }));
}

/**
 * Checks that a preview with a refresh shows exactly the managed fields that drifted, by name, if only other users have changed integrations since
 * the program was deployed.
 */
export function checkDrift(world: World, { declared, steps, errors }: Observation): void {
  if (!isDeepStrictEqual(world.history.applied, declared)) return;
  const expected = expectedSteps(world, declared);
  if (expected === undefined) {
    ensure(errors.length > 0, "an unreadable integration is an error, not drift", JSON.stringify(steps));
    return;
  }
  const shown = steps.map(({ op, name, detailedDiff }) =>
    `${op} ${name} ${op === "update" ? Object.keys(detailedDiff ?? {}).sort() : ""}`.trim(),
  );
  ensure(
    errors.length === 0 && shown.sort().join("; ") === expected.sort().join("; "),
    "drift is exactly the managed fields that differ",
    `shown: ${shown.join("; ")}; expected: ${expected.join("; ")}${errors.map(({ error }) => error.message)}`,
  );
}

/** The steps that a preview must show, such as `update shop connectedTagId,scopes`, or undefined if it must fail. */
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
    if (differing.length > 0) steps.push(`update ${name} ${differing.map((field) => field.name).sort()}`);
  }
  return steps;
}
