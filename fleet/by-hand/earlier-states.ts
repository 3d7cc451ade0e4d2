import { FleetError } from "../fleet-error";
import { eraseInBackend, type Places } from "../shard/erase-in-backend";

/** The result for a stack's earlier states: erased, or kept by a backend in which this package cannot erase, under these names. */
export type Erased =
  | { readonly kind: "erased" }
  | { readonly kind: "kept"; readonly where: readonly string[] };

/**
 * Erases the earlier states in a backend: one for each change in the history, and the backup of the last one. Each contains the encrypted
 * secrets of all merchants of that time. The engine has a command only for whole stacks.
 *
 * @param backend the value of PULUMI_BACKEND_URL. postgres:// and file:// are supported.
 * @throws FleetError if the backend cannot be reached.
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
    // Plain or compressed.
    files: ["", ".gz", ".zst"].map((ending) => `${state}${ending}.bak`),
  };
}
