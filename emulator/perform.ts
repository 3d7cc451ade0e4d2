import { holderOf, isKnown, refuse } from "./access";
import { type Answer, authenticationFailed, invalid, rateLimited } from "./answers";
import type { Place, Route } from "./call";
import type { Caller } from "./limiter";
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

/** A write of an integration: which one, and whether another write of it was under way when it came. */
export interface Writing {
  readonly externalId: string;
  readonly crowded: boolean;
}

/** Carries a request out, or refuses it. A target that is an answer already is an address where nothing is. */
export function perform(
  target: Route | Place | Answer,
  received: Received,
  writing: Writing | undefined,
  state: State,
): Answer {
  if ("status" in target) return target;
  if (!("handle" in target)) return asApp(target, received, state);
  const holder = holderOf(received.authorization, state.accounts);
  if (!isKnown(holder, target)) return authenticationFailed;
  const { account, kind } = holder;
  const caller = { app: account.app_id, user: kind === "app" ? "" : account.connected_user_id };
  return limited(caller, target, state, () => {
    const refused = refuse(holder, target);
    if (refused) return refused;
    if (received.id === undefined) return invalid("The path is not valid percent-encoding.");
    const { store, logs, switches } = state;
    const { id, query, body } = received;
    const handle = () => target.handle({ account, store, logs, switches, id, query, body });
    return writing ? spaced(writing, state, handle) : handle();
  });
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

function asApp(place: Place, received: Received, state: State): Answer {
  const { accounts, switches } = state;
  const app = appOf(received.authorization, accounts);
  if (app === undefined) return authenticationFailed;
  const form = formOf(received.contentType, received.text);
  const user = accounts.refreshedBy(form?.get("refresh_token") ?? "")?.connected_user_id ?? "";
  return limited({ app, user }, place, state, () => grantToken({ app, form, accounts, switches }));
}

/** The answer, unless the caller has had too many in its category; either way with the headers of the limits. */
function limited(caller: Caller, place: Place, state: State, act: () => Answer): Answer {
  const { limiter, switches } = state;
  const { exceeded, headers } = limiter.take(caller, place.category, switches.rateLimits);
  const answer = exceeded ? rateLimited : act();
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

/** The answer, unless a write of the same integration is under way or has just been. */
function spaced({ externalId, crowded }: Writing, state: State, act: () => Answer): Answer {
  const { writes, switches } = state;
  const { writeSpacing } = switches;
  if (writeSpacing !== "off" && (crowded || writes.left(externalId, writeSpacing) > 0)) return rateLimited;
  const answer = act();
  if (answer.status < 300) writes.taken(externalId);
  return answer;
}
