import type { Holder } from "./account";
import type { Accounts } from "./accounts";
import { type Answer, missingScope, notPermitted, restrictedFeature } from "./answers";
import type { Route } from "./call";

/** Whose access token an Authorization header holds. */
export function holderOf(authorization: string | undefined, accounts: Accounts): Holder | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  return token === undefined ? undefined : accounts.authenticate(token);
}

/** Whether a token is good where a route answers; if not, Pinterest takes the request for nobody's. */
export function isKnown(holder: Holder | undefined, route: Route): holder is Holder {
  return holder?.valid === true && (holder.kind !== "sandbox" || route.sandbox);
}

/** Why the holder of a good token may not do what a route does. */
export function refuse({ account, kind, scopes }: Holder, route: Route): Answer | undefined {
  // No operation of the integrations API lists client_credentials; the answer to one is inferred.
  if (kind === "app") return missingScope;
  if (!account.beta) return restrictedFeature;
  if (!scopes.includes(route.scope)) return missingScope;
  return account.forbidden ? notPermitted : undefined;
}
