import { PinterestClient, PinterestError, staticToken } from "../../../provider/api";
import type { PinterestClientOptions } from "../../../provider/api/client-options";

export const token = "pina_TESTTOKEN0123456789";

/** A client that does not retry by default. */
export function clientFor(apiUrl: string, options: Partial<PinterestClientOptions> = {}): PinterestClient {
  return new PinterestClient({ apiUrl, credentials: staticToken(token), maxAttempts: 1, ...options });
}

/** The error of a failed call. It must have the given kind, if any. */
export async function failureOf(
  call: Promise<unknown>,
  kind?: PinterestError["kind"],
): Promise<PinterestError> {
  const outcome = await call.then(
    () => "success",
    (error: unknown) => error,
  );
  if (outcome instanceof PinterestError && outcome.kind === (kind ?? outcome.kind)) return outcome;
  throw new Error("expected a PinterestError", { cause: outcome });
}
