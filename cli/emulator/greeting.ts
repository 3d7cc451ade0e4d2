import type { Emulator } from "../../emulator";

/**
 * The command's output once the emulator runs, as a shell script to paste: the first two lines export the provider's environment,
 * and the others are comments.
 */
export function greeting(emulator: Emulator, processId: number): string {
  const [, ...others] = emulator.accounts();
  const { app_id, app_secret, refresh_token } = emulator.account();
  const integrations = emulator.integrations().length;
  const accounts = others.length === 0 ? "one account" : `${others.length + 1} accounts`;
  const comments = [
    `process ID ${processId}; stop it with Ctrl-C`,
    "Stopping it deletes its data.",
    ...(integrations > 0 ? [`It has ${integrations} integrations of ${accounts}.`] : []),
    `To refresh tokens: app ${app_id}, secret ${app_secret}, refresh token ${refresh_token}`,
    ...others
      .slice(0, 3)
      .map(({ name, access_tokens }) => `Token of the account ${name}: ${access_tokens[0]}`),
    ...(others.length > 3
      ? [`Tokens of ${others.length - 3} more accounts: ${emulator.administrationUrl}/accounts`]
      : []),
    `Administration: ${emulator.administrationUrl}`,
  ];
  return [
    `export PINTEREST_API_URL=${emulator.url}`,
    `export PINTEREST_ACCESS_TOKEN=${emulator.token()}`,
    ...comments.map((line) => `# ${line}`),
  ].join("\n");
}

/** The same for scripts, in one line. `tokens` has the form that `pinterest:accounts` takes. */
export function greetingJson(emulator: Emulator): string {
  const accounts = emulator.accounts();
  return JSON.stringify({
    url: emulator.url,
    administrationUrl: emulator.administrationUrl,
    tokens: Object.fromEntries(accounts.map(({ name }) => [name, emulator.token(name)])),
    accounts: accounts.map(({ name, app_id, app_secret, refresh_token }) => ({
      name,
      integrations: emulator.integrations(name).length,
      appId: app_id,
      appSecret: app_secret,
      refreshToken: refresh_token,
    })),
  });
}
