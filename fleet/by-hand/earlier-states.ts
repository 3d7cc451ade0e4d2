import { FleetError } from "../fleet-error";
import { eraseInBackend, type Places } from "../shard/erase-in-backend";

/**
 * What became of a stack's earlier states: erased, or kept by a backend that this package cannot erase them in, under the names given.
 */
export type Erased =
  | { readonly kind: "erased" }
  | { readonly kind: "kept"; readonly where: readonly string[] };

/**
 * Erases the states that a backend keeps from before: one a change in its history, and the last one. Each has the secrets of all who were
 * in the stack then, encrypted. The engine has no command for it but for whole stacks.
 *
 * @param backend as PULUMI_BACKEND_URL has it: postgres:// and file:// can be erased in.
 * @throws FleetError where the backend cannot be reached.
 */
export async function eraseEarlierStates(
  backend: string | undefined,
  project: string,
  stack: string,
): Promise<Erased> {
  const places = placesOf(project, stack);
  try {
    const isErased = await eraseInBackend(backend, places);
    return isErased ? { kind: "erased" } : { kind: "kept", where: [...places.prefixes, ...places.files] };
  } catch (error) {
    throw new FleetError(
      `the earlier states of ${stack} could not be erased: ${(error as Error).message}. Run the command again`,
    );
  }
}

function placesOf(project: string, stack: string): Places {
  const state = `.pulumi/stacks/${project}/${stack}.json`;
  return {
    prefixes: ["history", "backups"].map((kind) => `.pulumi/${kind}/${project}/${stack}/`),
    // As it is, or compressed.
    files: ["", ".gz", ".zst"].map((ending) => `${state}${ending}.bak`),
  };
}
