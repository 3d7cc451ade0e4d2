import { type Accounts, accessTokenLifetimeSeconds, refreshTokenLifetimeSeconds } from "./accounts";
import { type Answer, invalid, invalidGrant } from "./answers";
import type { Switches } from "./switches";

/** An authenticated request of the token endpoint. */
export interface TokenCall {
  /** ID of the app. */
  readonly app: string;
  /** Undefined if the body is not a form. */
  readonly form: URLSearchParams | undefined;
  readonly accounts: Accounts;
  readonly switches: Switches;
}

/** The ID of the app that an Authorization header authenticates with HTTP Basic. */
export function authenticatedApp(authorization: string | undefined, accounts: Accounts): string | undefined {
  const [, encoded = ""] = /^Basic +(\S+)$/i.exec(authorization ?? "") ?? [];
  const [, id = "", secret = ""] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  return accounts.isApp(id, secret) ? id : undefined;
}

/** Parses a body as a form. Returns undefined for other content types. */
export function parseForm(contentType: string | undefined, text: string): URLSearchParams | undefined {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "");
  return isForm ? new URLSearchParams(text) : undefined;
}

/** Issues an access token for a refresh token, or for the app. */
export function grantToken(call: TokenCall): Answer {
  if (!call.form) return invalid("The request body must be application/x-www-form-urlencoded.");
  const grant = call.form.get("grant_type");
  switch (grant) {
    case "refresh_token":
      return refresh(call, call.form);
    case "client_credentials":
      return grantToApp(call, call.form);
    case "authorization_code":
      for (const name of ["code", "redirect_uri"]) if (!call.form.get(name)) return required(name);
      // The emulator has no consent page, so no code is valid.
      return invalidGrant;
    case null:
    case "":
      return required("grant_type");
    default:
      return invalid(
        `'grant_type' value '${grant}' must be one of authorization_code, refresh_token, client_credentials`,
      );
  }
}

function refresh({ app, accounts, switches }: TokenCall, form: URLSearchParams): Answer {
  const old = form.get("refresh_token");
  if (!old) return required("refresh_token");
  const account = accounts.grantee(old, app);
  if (!account) return invalidGrant;
  const scopes = scopesIn(form);
  const foreign = scopes?.find((scope) => !account.scopes.includes(scope));
  if (foreign !== undefined) return invalid(`'scope' value '${foreign}' was not granted`);

  const access_token = accounts.renewToken(account.name, scopes);
  const rotates = switches.refreshTokenRotation !== "none";
  const renewed = rotates ? accounts.issueRefreshToken(account.name) : undefined;
  if (switches.refreshTokenRotation === "strict") accounts.expireToken(old);
  return {
    status: 200,
    body: {
      response_type: "refresh_token",
      access_token,
      token_type: "bearer",
      expires_in: accessTokenLifetimeSeconds,
      scope: (scopes ?? account.scopes).join(" "),
      ...(renewed !== undefined && {
        refresh_token: renewed,
        refresh_token_expires_in: refreshTokenLifetimeSeconds,
        refresh_token_expires_at: Math.floor(accounts.expiryOf(renewed) / 1000),
      }),
    },
  };
}

function grantToApp({ app, accounts }: TokenCall, form: URLSearchParams): Answer {
  const scopes = scopesIn(form);
  if (!scopes) return required("scope");
  return {
    status: 200,
    body: {
      response_type: "client_credentials",
      access_token: accounts.issueAppToken(app, scopes),
      token_type: "bearer",
      expires_in: accessTokenLifetimeSeconds,
      scope: scopes.join(" "),
    },
  };
}

function required(name: string): Answer {
  return invalid(`'${name}' is required`);
}

function scopesIn(form: URLSearchParams): string[] | undefined {
  const scopes = (form.get("scope") ?? "").split(/[\s,]+/).filter((scope) => scope !== "");
  return scopes.length > 0 ? scopes : undefined;
}
