// An account command (`pinterest:accountCommand`): prints the tokens of all accounts from HashiCorp Vault or OpenBao, which lets the job
// in by the identity that GitHub or GitLab gives it. No secret is stored at either.
//
// VAULT_ADDR    where the vault is
// VAULT_ROLE    the role at its JWT login that is bound to this repository
// VAULT_SECRET  the secret (KV version 2) whose keys are accounts and whose values are tokens; secret/data/pinterest when left out
const address = needed("VAULT_ADDR").replace(/\/$/, "");

const login = await call(
  "POST",
  "/v1/auth/jwt/login",
  {},
  { role: needed("VAULT_ROLE"), jwt: await identity() },
);
const path = process.env.VAULT_SECRET || "secret/data/pinterest";
const secret = await call("GET", `/v1/${path}`, { "x-vault-token": login.auth.client_token });
console.log(JSON.stringify(secret.data.data));

async function identity() {
  // GitLab hands it out by `id_tokens` of the job, GitHub on request.
  if (process.env.VAULT_ID_TOKEN) return process.env.VAULT_ID_TOKEN;
  const url = `${needed("ACTIONS_ID_TOKEN_REQUEST_URL")}&audience=${encodeURIComponent(address)}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${needed("ACTIONS_ID_TOKEN_REQUEST_TOKEN")}` },
  });
  if (!response.ok) throw new Error(`GitHub gave no identity: HTTP ${response.status}`);
  return (await response.json()).value;
}

async function call(method, route, headers, body) {
  const response = await fetch(`${address}${route}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${method} ${route} was answered with HTTP ${response.status}`);
  return response.json();
}

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
