import type { Holder } from "./account";
import type { Accounts } from "./accounts";
import { type Answer, missingScope, notPermitted, restrictedFeature } from "./answers";
import type { Route } from "./call";

/** The access token of an Authorization header. */
export function holderOf(authorization: string | undefined, accounts: Accounts): Holder | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  return token === undefined ? undefined : accounts.authenticate(token);
}

/** Whether a token is valid for a route's host. If not, Pinterest treats the request as one without a token. */
export function isKnown(holder: Holder | undefined, route: Route): holder is Holder {
  return holder?.valid === true && (holder.kind !== "sandbox" || route.sandbox);
}

/** Why the owner of a valid token may not call a route. */
export function refuse({ account, kind, scopes }: Holder, route: Route): Answer | undefined {
  // No operation of the integrations API lists client_credentials. The answer is inferred.
  if (kind === "app") return missingScope;
  if (!account.beta) return restrictedFeature;
  if (!scopes.includes(route.scope)) return missingScope;
  return account.forbidden ? notPermitted : undefined;
}
