import { createQueue } from "../../fleet/store/queue";
import { initialize, type Settings } from "../../fleet/store/settings";
import { backendName, canonicalApiUrl } from "../../fleet/worker/environment";
import { counted } from "../../provider/base/words";
import { UsageError } from "../../stack/command-error";
import type { CommandIo } from "../terminal";
import { withDatabase, withQueue } from "./access";

interface InitOptions extends Partial<Pick<Settings, "shardSize" | "project" | "keepDays">> {
  /** 0 for no limit. */
  readonly requestsPerSecond?: number;
  readonly backend?: string;
  readonly apiUrl?: string;
  readonly json?: true;
}

/** `pulumi-pinterest fleet init` */
export function init(
  { json, requestsPerSecond, backend, apiUrl, ...given }: InitOptions,
  { terminal, environment }: CommandIo,
): Promise<void> {
  return withDatabase(environment, async (database, passphrase) => {
    const limit = requestsPerSecond === undefined ? {} : { requestsPerSecond: requestsPerSecond || null };
    const where = backend === undefined ? {} : { backend: backendName(backend) };
    const api = apiUrl === undefined ? {} : { apiUrl: checkedApiUrl(apiUrl) };
    const settings = await initialize(database, passphrase, { ...given, ...limit, ...where, ...api });
    await withQueue({ terminal, environment }, createQueue);
    if (json) return terminal.out(JSON.stringify(settings));
    const { project, shardSize, requestsPerSecond: perSecond, keepDays } = settings;
    const limitText =
      perSecond === null
        ? "no limit on requests except each account's own"
        : `${counted(perSecond, "request")} a second at most over all workers`;
    terminal.out(
      `The fleet is ready: stacks of the project '${project}', with up to ${counted(shardSize, "merchant")} each; ` +
        `${limitText}; results are kept for ${counted(keepDays, "day")}.`,
    );
  });
}

function checkedApiUrl(apiUrl: string): string {
  try {
    return canonicalApiUrl(apiUrl, "--api-url");
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
