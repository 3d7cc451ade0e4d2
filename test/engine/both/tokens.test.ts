import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountCommand } from "../helpers/account-command";
import { removeEmptyAttributes } from "../helpers/kill-points";
import { labOfFile } from "../helpers/lab";
import { ProviderProcesses } from "../helpers/provider-processes";

// The provider types run different processes, which must all wait for tokens before they exit.

/**
 * The time in which the token endpoint responds while a process is ending. It really passes, because a process shows no sign that it has noticed that it
 * must end. The engine kills a process after five seconds.
 */
const responseMs = 3000;

/** Longer than the 4 s that a preview waits for a read (`readTimeoutMs` in provider/lifecycle/drift-check.ts), which really pass in the provider process. */
const severalSecondsMs = 7000;

const lab = labOfFile({ switches: { refreshTokenRotation: "strict" } });
let directory: string;
let processes: ProviderProcesses;

const tokens = () =>
  Object.values(JSON.parse(readFileSync(join(directory, "tokens.json"), "utf8")).tokens)[0];

beforeAll(async () => {
  directory = join(lab.directory, "tokens");
  const { app_id, app_secret } = lab.emulator.account();
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  Object.assign(lab.environment, {
    PINTEREST_REFRESH_TOKEN: lab.emulator.refreshToken(),
    PINTEREST_APP_ID: app_id,
    PINTEREST_APP_SECRET: app_secret,
    PINTEREST_TOKEN_FILE: join(directory, "tokens.json"),
  });
  processes = new ProviderProcesses(lab);
  lab.program({ first: { externalBusinessId: "shop", connectedTagId: "1" } });
  await lab.up();
});

// The next command needs another access token.
beforeEach(() => {
  lab.emulator.expireToken(lab.emulator.token());
  lab.emulator.clearRequests();
});

/** Checks that the token file has the refresh token that Pinterest issued last, and that no lock is left. */
function expectSaved(): void {
  const { refresh_token } = lab.emulator.account();
  expect(tokens()).toMatchObject({ candidates: [refresh_token, expect.any(String)] });
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
}

test("an interrupted command saves the tokens of an exchange in progress", async () => {
  const { child, ended } = lab.launch("pulumi", "refresh", "--yes", "--non-interactive");
  lab.emulator.armFault({ kind: "slow", operation: "token", ms: responseMs, commit: true });
  await untilHeld();
  child.kill("SIGINT");
  await ended;
  expectSaved();
});

test("after its engine was killed, a provider process saves the tokens of an exchange in progress, and sends nothing more", async () => {
  processes.clear();
  const { child, ended } = lab.launch("pulumi", "refresh", "--yes", "--non-interactive");
  lab.emulator.armFault({ kind: "slow", operation: "token", ms: responseMs, commit: true });
  await untilHeld();
  child.kill("SIGKILL");
  await processes.waitForExit(processes.loaded());
  processes.killIdle();
  await ended;
  expectSaved();
  expect(lab.emulator.requests().at(-1)).toMatchObject({ operation: "token" });
  removeEmptyAttributes(lab);
  await lab.succeed("cancel", "--yes");
  await lab.succeed("preview", "--refresh", "--expect-no-changes");
});

test("an interrupted program saves the tokens of an exchange in progress", async () => {
  lab.program({}, "pinterest.getIntegrations();");
  const { child, ended } = lab.launch("pulumi", "up", "--yes", "--skip-preview", "--non-interactive");
  lab.emulator.armFault({ kind: "slow", operation: "token", ms: responseMs, commit: true });
  await untilHeld();
  child.kill("SIGINT");
  await ended;
  while (lab.emulator.held() > 0) await new Promise((resolve) => setImmediate(resolve));
  while (readdirSync(directory).length > 1) await new Promise((resolve) => setImmediate(resolve));
  expectSaved();
});

test("a preview waits for a token endpoint and an account command that take several seconds, and saves their tokens", async () => {
  lab.emulator.addAccount({ name: "vault" });
  const saved = join(lab.directory, "saved");
  accountCommand(
    lab,
    `const { writeFileSync } = require("node:fs");
     setTimeout(() => {
       writeFileSync(${JSON.stringify(saved)}, "");
       console.log(${JSON.stringify(JSON.stringify({ vault: lab.emulator.token("vault") }))});
     }, Number(process.env.VAULT_MS ?? 0));`,
  );
  lab.program({
    first: { externalBusinessId: "shop", connectedTagId: "1" },
    second: { externalBusinessId: "vault-shop", account: "vault" },
  });
  await lab.up();
  lab.emulator.put("shop", { connected_tag_id: "7" });
  lab.emulator.expireToken(lab.emulator.token());
  lab.environment.VAULT_MS = String(severalSecondsMs);
  lab.emulator.armFault({ kind: "slow", operation: "token", ms: severalSecondsMs, commit: true });
  const { output } = await lab.succeed("preview", "--diff");
  delete lab.environment.VAULT_MS;
  expect(output).not.toContain("warning");
  expect(output).toContain('connectedTagId: "7" => "1"');
  expect(existsSync(saved)).toBe(true);
  expectSaved();
  // The tokens that the preview saved work.
  await lab.up();
});

/** Resolves when the emulator delays a request. */
async function untilHeld(): Promise<void> {
  while (lab.emulator.held() === 0) await new Promise((resolve) => setImmediate(resolve));
}
