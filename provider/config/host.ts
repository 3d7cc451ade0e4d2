import type { RequestGate } from "../api";
import type { DeclaredIn } from "./vocabulary";

/** The process that reads a configuration and sends requests. */
export interface Host {
  /** The variables with keys that the configuration does not set, and with the proxy. Account commands inherit them. */
  readonly environment: NodeJS.ProcessEnv;
  readonly declaredIn: DeclaredIn;
  /** The directory in which relative paths of the configuration start and account commands run. @default the working directory */
  readonly baseDirectory?: string | undefined;
  /** Permits all requests of the process. @default none */
  readonly gate?: RequestGate | undefined;
}
