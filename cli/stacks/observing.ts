import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Observation,
  type ObservationRequest,
  observeVariable,
  readObservations,
} from "../../provider/runtime/observations";

/** Where the provider processes of one command of the engine write down what they see. */
export interface ObservationFile {
  /** The environment by which they are asked to. */
  readonly environment: Record<string, string>;
  observations(): Observation[];
}

/** What is there at present. */
const directories = new Set<string>();

/**
 * Has provider processes observe during an action, in a file that is for the user alone and goes away with the action's end, and with
 * the process where that ends first.
 *
 * @param parent the directory in which it is.
 */
export async function whileObserving<T>(
  asked: Omit<ObservationRequest, "file">,
  action: (file: ObservationFile) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  const directory = mkdtempSync(join(parent, "pulumi-pinterest-"));
  if (directories.size === 0) process.on("exit", removeAll);
  directories.add(directory);
  try {
    const file = join(directory, "observations");
    writeFileSync(file, "", { mode: 0o600 });
    return await action({
      environment: { [observeVariable]: JSON.stringify({ file, ...asked }) },
      observations: () => readObservations(file),
    });
  } finally {
    remove(directory);
    directories.delete(directory);
    if (directories.size === 0) process.off("exit", removeAll);
  }
}

function removeAll(): void {
  for (const directory of directories) remove(directory);
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
