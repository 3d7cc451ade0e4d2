import { Clients, type Configuration, readConfiguration } from "../../configuration";
import { CommandError } from "../command-error";
import type { OpenStack } from "../stack/stack";

/** The way to Pinterest with the credentials that a program of the stack would use. */
export interface Access {
  readonly configuration: Configuration;
  readonly clients: Clients;
}

/**
 * Takes credentials from the stack's configuration and the environment as a program does; without a stack from the environment alone.
 *
 * @param notify is told of waits and of tokens that end soon.
 * @throws CommandError that names a configuration key whose value is not allowed.
 */
export async function openAccess(
  stack: Pick<OpenStack, "configuration"> | undefined,
  notify: (message: string) => void,
): Promise<Access> {
  const lookup = await stack?.configuration();
  try {
    const configuration = readConfiguration((key) => lookup?.(key));
    return { configuration, clients: new Clients(configuration, notify) };
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
