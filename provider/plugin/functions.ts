import type { PinterestClient } from "../api";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { type FunctionName, type Lookup, lookups } from "../runtime/lookups";
import { withSecretsOf } from "../runtime/lookups/record";
import { encodedSecret, type Properties, withoutNulls } from "./property-values";
import { Struct } from "./sdk-libraries";
import { functionTokens } from "./tokens";

const byToken = new Map(
  Object.entries(functionTokens).map(([name, token]) => [token as string, lookups[name as FunctionName]]),
);

/**
 * Calls a function of the package.
 *
 * @param client the client of a named account, or of the default one.
 * @throws Error for a token that the package does not have, a bad argument, and what Pinterest refuses.
 */
export async function invoke(
  token: string,
  { values }: Properties,
  client: (account: string | undefined) => PinterestClient,
): Promise<Struct> {
  const lookup = byToken.get(token) as Lookup<{ account?: string }, unknown> | undefined;
  if (lookup === undefined) {
    throw new Error(
      `'${token}' is no function of this package; there are: ${[...byToken.keys()].join(", ")}`,
    );
  }
  const args = withoutNulls(values) as Bag & { account?: string };
  if (containsUnknown(args)) {
    throw new Error(`${lookup.name}: an argument is not known yet`);
  }
  lookup.check(args);
  try {
    const found = await lookup.call(client(args.account as string | undefined), args);
    return Struct.fromJavaScript(withSecretsOf(found, encodedSecret) as Bag as never);
  } catch (error) {
    throw new Error(`${lookup.name}: ${(error as Error).message}`);
  }
}
