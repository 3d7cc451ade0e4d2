import { holderOf, isKnown, refuse } from "./access";
import { type Answer, authenticationFailed, bodyTooLarge, invalid } from "./answers";
import type { Place, Route } from "./call";
import type { State } from "./state";
import { appOf, formOf, grantToken } from "./token-endpoint";

/** A request as it came. */
export interface Received {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** The id in the path, decoded; "" where the path has none, undefined where it cannot be decoded. */
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  /** The body, and the same as JSON; undefined when it is none. */
  readonly text: string;
  readonly body: unknown;
}

/** Carries a request out, or refuses it. A target that is an answer already is an address where nothing is. */
export function perform(target: Route | Place | Answer, received: Received, state: State): Answer {
  const { bodyLimit } = state.switches;
  if (bodyLimit !== "none" && Buffer.byteLength(received.text) > bodyLimit) return bodyTooLarge;
  if ("status" in target) return target;
  return "handle" in target ? asHolder(target, received, state) : asApp(received, state);
}

/** Whose request it is, by the token that it brings; undefined when no account has it. */
export function accountOf(
  operation: string | undefined,
  received: Received,
  { accounts }: State,
): string | undefined {
  if (operation !== "token") return holderOf(received.authorization, accounts)?.account.name;
  const token = formOf(received.contentType, received.text)?.get("refresh_token");
  return accounts.refreshedBy(token ?? "")?.name;
}

function asHolder(route: Route, { authorization, id, query, body }: Received, state: State): Answer {
  const { accounts, store, logs, switches } = state;
  const holder = holderOf(authorization, accounts);
  if (!isKnown(holder, route)) return authenticationFailed;
  const refused = refuse(holder, route);
  if (refused) return refused;
  if (id === undefined) return invalid("The path is not valid percent-encoding.");
  return route.handle({ account: holder.account, store, logs, switches, id, query, body });
}

function asApp({ authorization, contentType, text }: Received, { accounts, switches }: State): Answer {
  const app = appOf(authorization, accounts);
  if (app === undefined) return authenticationFailed;
  return grantToken({ app, form: formOf(contentType, text), accounts, switches });
}
