import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../../provider/api";
import { parseApiUrl } from "../../provider/api/address";
import { TokenNotices } from "../../provider/api/credentials";
import { RefreshToken } from "../../provider/api/credentials/refresh-token";
import { TokenFile } from "../../provider/api/credentials/token-file";
import type { Clock } from "../../provider/base/clock";
import { RunLedger } from "../../provider/run/ledger";
import { accounts, type Pinterest } from "./pinterest";
import { tokenAccount } from "./program";

/** What happens to the next exchange of a refresh token. */
export type ExchangeFault =
  /** The response takes longer than the engine's limit for a provider that it closes, and than that of an unrequested read. */
  | "slow"
  /** The connection ends before Pinterest executes the request. */
  | "request lost"
  /** The connection ends before the process receives the response. */
  | "response lost"
  /** The process is killed before it receives the response. */
  | "killed";

const slowMs = 7_000;

/** The accounts of a program at the emulator. */
const tokenAccounts = accounts.map((account) => tokenAccount(undefined, account));

/** The refresh tokens of a sequence, and the token file that all of its processes use. */
export class Tokens {
  /** With the model's other files, which are deleted at its end. */
  private readonly directory = join(RunLedger.directory, "tokens");
  private readonly configured = new Map<string, string>();
  /** The accounts whose newest refresh token no process has received. */
  private readonly lost = new Set<string>();

  constructor(private readonly pinterest: Pinterest) {
    rmSync(this.directory, { recursive: true, force: true });
    for (const account of tokenAccounts)
      this.configured.set(account, pinterest.emulator.refreshToken(account));
  }

  /** Whether an account can only work again if its merchant connects to the app again. */
  get hasLost(): boolean {
    return this.lost.size > 0;
  }

  /** Pinterest rejects all access tokens. */
  expire(): void {
    const { emulator } = this.pinterest;
    for (const account of tokenAccounts) emulator.expireToken(emulator.token(account));
  }

  /** Merchants connect to the app again, and the configuration gets their new refresh tokens. */
  reconnect(): void {
    for (const account of this.lost)
      this.configured.set(account, this.pinterest.emulator.refreshToken(account));
    this.lost.clear();
  }

  /**
   * Prepares the next exchange to fail or to be slow.
   *
   * @param onKill is called when the process is killed
   * @returns a function that ends it
   */
  arm(fault: ExchangeFault, onKill: () => void): () => void {
    const { emulator } = this.pinterest;
    if (fault !== "slow")
      emulator.armFault({ kind: "reset", operation: "token", commit: fault !== "request lost" });
    let isFirst = true;
    return emulator.onRequest(({ operation, account }) => {
      if (operation !== "token" || !isFirst) return;
      isFirst = false;
      if (fault === "slow") this.pinterest.advanceClock(slowMs);
      if (fault === "killed") onKill();
      const isStrict = emulator.switches().refreshTokenRotation === "strict";
      if (["response lost", "killed"].includes(fault) && isStrict && account !== null) this.lost.add(account);
    });
  }

  /** The credentials of an account in a new process. @param notify receives warnings */
  credentials(account: string, clock: Clock, notify: (message: string) => void): Credentials {
    const { emulator } = this.pinterest;
    const { app_id, app_secret } = emulator.account(account);
    const refreshToken = this.configured.get(account) ?? "";
    return new RefreshToken({
      endpoint: { address: parseApiUrl(emulator.url), timeoutMs: 30_000 },
      refresh: { refreshToken, appId: app_id, appSecret: app_secret },
      account,
      clock,
      notices: new TokenNotices(notify, () => clock.now()),
      file: new TokenFile({ path: join(this.directory, "tokens.json"), clock, notify, exchangeMs: 30_000 }),
      retry: { maxAttempts: 1, timeoutMs: 30_000 },
    });
  }
}
