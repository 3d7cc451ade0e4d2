import type { Cell } from "../results.mts";

/**
 * The same in the order of a turn: begun by each of them in turn and every other time backwards, so that nobody always comes first, or
 * always after the same one.
 */
export function inTurn<T>(values: readonly T[], turn: number): T[] {
  const isBackwards = turn % 2 === 1;
  const start = (turn + (isBackwards ? 1 : 0)) % values.length;
  const order = [...values.slice(start), ...values.slice(0, start)];
  return isBackwards ? order.reverse() : order;
}

/**
 * In what order stacks run a command. Straightforward comes last: it takes minutes longer than the others at 1,000, which would set those
 * apart that it stood between.
 */
export function commandOrder<T extends { readonly cell: Pick<Cell, "peer"> }>(
  stacks: readonly T[],
  turn: number,
): T[] {
  const isSlow = ({ cell }: T) => cell.peer === "straightforward";
  return [
    ...inTurn(
      stacks.filter((stack) => !isSlow(stack)),
      turn,
    ),
    ...stacks.filter(isSlow),
  ];
}
