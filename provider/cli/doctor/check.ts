/** ok: as it should be. warning: an update works, but something should be seen to. error: an update would fail. */
export type CheckStatus = "ok" | "warning" | "error";

export type CheckGroup = "machine" | "configuration" | "network" | "accounts";

/** Every check by the id that it keeps, in the order in which they are told. */
export const checkIds = {
  node: { group: "machine", about: "the Node.js that programs run on" },
  engine: { group: "machine", about: "Pulumi's command line" },
  "language-host": { group: "machine", about: "what the engine runs programs with" },
  package: {
    group: "machine",
    about: "this package beside the program, where refresh and destroy look for it",
  },
  sdk: { group: "machine", about: "the program's @pulumi/pulumi, and whether it is there once" },
  plugin: { group: "machine", about: "the provider plugin, for stacks and programs that use it" },
  backend: { group: "machine", about: "whether the engine is logged in to the place of its state" },
  stack: { group: "machine", about: "the stack, its configuration and its state" },
  "stack-lock": { group: "machine", about: "whether another update holds the stack" },
  configuration: { group: "configuration", about: "each key's value" },
  "plain-text": {
    group: "configuration",
    about: "secrets that the stack's configuration holds in plain text",
  },
  "unknown-key": {
    group: "configuration",
    about: "keys that nothing knows, and variables that nothing reads",
  },
  overridden: { group: "configuration", about: "values that another one hides" },
  "token-file": { group: "configuration", about: "the file of pinterest:tokenFile" },
  proxy: { group: "network", about: "the proxy in use, and the variable that names it" },
  api: { group: "network", about: "name, connection, TLS and what answers" },
  clock: { group: "network", about: "this machine's clock against Pinterest's" },
  accounts: { group: "accounts", about: "which accounts are looked at" },
  "account-token": { group: "accounts", about: "where the token comes from, and whether it can be had" },
  "account-access": { group: "accounts", about: "whether Pinterest takes the token" },
  "account-scopes": { group: "accounts", about: "what the token permits, as far as reading shows" },
  "account-beta": { group: "accounts", about: "whether the app is in the beta of commerce integrations" },
  "account-expiry": { group: "accounts", about: "when a token ends that nothing renews" },
  "account-limits": { group: "accounts", about: "the app's kind of access, and the requests that are left" },
} as const satisfies Readonly<Record<string, { group: CheckGroup; about: string }>>;

export type CheckId = keyof typeof checkIds;

/** What one check found. */
export interface Check {
  readonly id: CheckId;
  readonly group: CheckGroup;
  /** Left out for the default account, and where no account is meant. */
  readonly account?: string;
  readonly status: CheckStatus;
  readonly found: string;
  /** What to do; missing only where all is well, or where `found` says it. */
  readonly remedy?: string;
}

export const ok = (id: CheckId, found: string): Check => made(id, "ok", found);
export const warning = (id: CheckId, found: string, remedy: string): Check =>
  made(id, "warning", found, remedy);
export const failure = (id: CheckId, found: string, remedy: string): Check =>
  made(id, "error", found, remedy);

function made(id: CheckId, status: CheckStatus, found: string, remedy = ""): Check {
  const { group } = checkIds[id];
  return { id, group, status, found, ...(remedy === "" ? {} : { remedy }) };
}

/**
 * A message that says what is wrong and then what to do, as most of this package's do, taken apart where the second begins; all of it
 * is the first where that cannot be told.
 */
export function findingAndRemedy(message: string): [found: string, remedy: string] {
  const lines = message.split("\n").map((each) => each.trim());
  const line = lines
    .filter((each) => each !== "")
    .join(". ")
    .replace(/\.\. /g, ". ");
  const [, found, remedy] =
    /^(.*?)(?:\. (?=[A-Z])|[:;] (?=(?:set|run|put|see|name|give|correct|allowed) ))(.*)$/s.exec(line) ?? [];
  return found === undefined || remedy === undefined ? [line, ""] : [found, sentence(remedy)];
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
