import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Observation, readObservations } from "../../observation/file";
import { type ObservationRequest, observeVariable } from "../../observation/request";
import { beforeSignalledEnd } from "../signals";

/** Where the provider processes of one command of the engine write down what they see. */
export interface ObservationFile {
  /** The environment by which they are asked to. */
  readonly environment: Record<string, string>;
  observations(): Observation[];
}

/**
 * Has provider processes observe during an action, in a file that is for the user alone and goes away with the action's end, and with
 * the process where a signal ends it.
 *
 * @param options.outlivesSignals whether the action hears signals itself, and ends all the same.
 */
export async function whileObserving<T>(
  asked: Omit<ObservationRequest, "file">,
  action: (file: ObservationFile) => Promise<T>,
  { outlivesSignals = false } = {},
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const stop = outlivesSignals ? () => {} : beforeSignalledEnd(remove);
  try {
    const file = join(directory, "observations");
    writeFileSync(file, "", { mode: 0o600 });
    return await action({
      environment: { [observeVariable]: JSON.stringify({ file, ...asked }) },
      observations: () => readObservations(file),
    });
  } finally {
    stop();
    remove();
  }
}
