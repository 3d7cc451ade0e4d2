import { type Accounts, accessTokenLifetimeSeconds, refreshTokenLifetimeSeconds } from "./accounts";
import { type ApiResponse, invalid, invalidGrant } from "./responses";
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

/** Issues an access token for a refresh token. Refuses other grants: the integrations API does not accept their tokens. */
export function grantToken({ app, form, accounts, switches }: TokenCall): ApiResponse {
  if (!form) return invalid("The request body must be application/x-www-form-urlencoded.");
  const grant = form.get("grant_type");
  if (!grant) return required("grant_type");
  if (grant !== "refresh_token") return invalid(`'grant_type' value '${grant}' must be refresh_token`);
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

function required(name: string): ApiResponse {
  return invalid(`'${name}' is required`);
}

function scopesIn(form: URLSearchParams): string[] | undefined {
  const scopes = (form.get("scope") ?? "").split(/[\s,]+/).filter((scope) => scope !== "");
  return scopes.length > 0 ? scopes : undefined;
}
