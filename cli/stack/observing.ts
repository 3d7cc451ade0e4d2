import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Observation,
  type ObservationRequest,
  observeVariable,
  readObservations,
} from "../../provider/runtime/observations";

/** The file in which the provider processes of an engine command write their observations. */
interface ObservationFile {
  /** The environment that enables them. */
  readonly environment: Record<string, string>;
  observations(): Observation[];
}

/** The directories with files of observations. */
const directories = new Set<string>();

/**
 * Lets provider processes write observations during an action, to a file that only the user can read. It is deleted at the end of the
 * action or the process.
 *
 * @param parent directory of the file.
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
