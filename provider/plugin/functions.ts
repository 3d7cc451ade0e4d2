import type { PinterestClient } from "../api";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { messageForEngine } from "../runtime/bug-report";
import { type FunctionName, functions, type PackageFunction, replaceSecrets } from "../runtime/functions";
import { encodedSecret, type Properties, withoutNulls } from "./property-values";
import { Struct } from "./sdk-libraries";
import { functionTokens } from "./tokens";

const byToken = new Map(
  Object.entries(functionTokens).map(([name, token]) => [token as string, functions[name as FunctionName]]),
);

/**
 * Calls a function of the package.
 *
 * @throws Error if the token is unknown, an argument is invalid, or Pinterest refuses the request.
 */
export async function invoke(
  token: string,
  { values }: Properties,
  client: (account: string | undefined) => PinterestClient,
): Promise<Struct> {
  const called = byToken.get(token) as PackageFunction<{ account?: string }, unknown> | undefined;
  if (called === undefined) {
    throw new Error(
      `'${token}' is not a function of this package; use one of: ${[...byToken.keys()].join(", ")}`,
    );
  }
  const args = withoutNulls(values) as Bag & { account?: string };
  if (containsUnknown(args)) throw new Error(`${called.name}: an argument is not known yet`);
  called.check(args);
  try {
    const result = await called.call(client(args.account), args);
    return Struct.fromJavaScript(replaceSecrets(result, encodedSecret) as Bag as never);
  } catch (error) {
    throw new Error(`${called.name}: ${messageForEngine(error)}`);
  }
}
