import type { Cell, Workload } from "../results.mts";

/**
 * A provider that fails quickly would look fast.
 * @throws Error when the integrations in state are not those that the workload leaves behind
 */
export function expectState(
  cell: Cell,
  workload: Workload,
  integrations: readonly { readonly outputs?: Record<string, unknown> }[],
  tag: string,
): void {
  const expected = workload === "destroy" ? 0 : cell.count;
  const right = integrations.filter(({ outputs }) => outputs?.connectedTagId === tag);
  if (integrations.length !== expected || right.length !== expected) {
    throw new Error(
      `After ${workload} of ${JSON.stringify(cell)} state holds ${integrations.length} integrations, ` +
        `${right.length} of them with the tag ${tag}, where there should be ${expected}`,
    );
  }
}
