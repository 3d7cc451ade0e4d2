// An account command (`pinterest:accountCommand`). Reads the tokens of all accounts from HashiCorp Vault or OpenBao. The job logs in with
// the OpenID Connect token that GitHub or GitLab issues to it, so neither stores a secret.
//
// VAULT_ADDR    address of the vault
// VAULT_ROLE    role of Vault's JWT login that is bound to this repository
// VAULT_SECRET  path of the secret (KV version 2) with one key per account, whose value is the token. Default: secret/data/pinterest
const address = requiredVariable("VAULT_ADDR").replace(/\/$/, "");

const login = await call(
  "POST",
  "/v1/auth/jwt/login",
  {},
  { role: requiredVariable("VAULT_ROLE"), jwt: await idToken() },
);
const path = process.env.VAULT_SECRET || "secret/data/pinterest";
const secret = await call("GET", `/v1/${path}`, { "x-vault-token": login.auth.client_token });
console.log(JSON.stringify(secret.data.data));

async function idToken() {
  // GitLab sets it because of the job's `id_tokens`. GitHub issues it on request.
  if (process.env.VAULT_ID_TOKEN) return process.env.VAULT_ID_TOKEN;
  const url = `${requiredVariable("ACTIONS_ID_TOKEN_REQUEST_URL")}&audience=${encodeURIComponent(address)}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${requiredVariable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")}` },
  });
  if (!response.ok) throw new Error(`GitHub issued no OpenID Connect token: HTTP ${response.status}`);
  return (await response.json()).value;
}

async function call(method, route, headers, body) {
  const response = await fetch(`${address}${route}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${method} ${route} failed with HTTP ${response.status}`);
  return response.json();
}

function requiredVariable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
