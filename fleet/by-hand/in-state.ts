import { inPlaintext, isIntegrationType, nameOf } from "../../cli/stack/state";
import type { ShardStack } from "../shard/shard-stack";

/** A merchant's integration in a state. */
export interface InState {
  readonly urn: string;
  /** Its name in the state. */
  readonly name: string;
  readonly externalBusinessId: string;
  /** The integration ID. */
  readonly integrationId: string | undefined;
  /** Whether an interrupted replacement has left a resource. */
  readonly isUnfinished: boolean;
}

/** The integrations in a shard's state that have one of these names. */
export async function findInState(stack: ShardStack, names: ReadonlySet<string>): Promise<InState[]> {
  const resources = await stack.open.resources();
  const found = resources.filter(
    ({ type, external, urn }) => isIntegrationType(type) && external !== true && names.has(nameOf(urn)),
  );
  const unfinished = new Set(found.filter((each) => each.delete === true).map(({ urn }) => urn));
  return found
    .filter((each) => each.delete !== true)
    .map(({ urn, id = "", outputs = {} }) => ({
      urn,
      name: nameOf(urn),
      externalBusinessId: id,
      integrationId: textOf(inPlaintext(outputs.integrationId)),
      isUnfinished: unfinished.has(urn),
    }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
