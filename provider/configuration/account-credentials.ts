import { type Clock, type Credentials, staticToken, systemClock } from "../pinterest";
import { parseApiUrl } from "../pinterest/address";
import type { AppGrant } from "../pinterest/credentials/app-grant";
import { TokenNotices } from "../pinterest/credentials/notices";
import { refreshingToken } from "../pinterest/credentials/refreshing-token";
import { environmentSink } from "../pinterest/debug";
import { retryBucketOf } from "../pinterest/retry/buckets";
import { userAgent } from "../pinterest/version";
import { sourceOf } from "./account-source";
import type { Configuration } from "./configuration";

/** Makes the credentials of accounts. They share a command, a token file and what was said to the person at the terminal. */
export class AccountCredentials {
  private readonly notices: TokenNotices;

  /** @param notify tells the person at the terminal something that is no error. */
  constructor(
    private readonly configuration: Configuration,
    notify: (message: string) => void,
    private readonly clock: Clock = systemClock,
  ) {
    this.notices = new TokenNotices(notify, () => clock.now());
  }

  /**
   * The credentials of a named account, or of the default account.
   *
   * @throws Error when nothing is configured for it.
   */
  of(account: string | undefined): Credentials {
    const source = sourceOf(this.configuration, account);
    if (source === "command") {
      throw new Error("not yet");
    }
    return "refreshToken" in source ? this.refreshing(account, source) : staticToken(source.accessToken);
  }

  private refreshing(account: string | undefined, grant: AppGrant): Credentials {
    const { apiUrl, requestTimeoutMs, operationTimeoutMs, maxAttempts } = this.configuration;
    const { clock, notices } = this;
    const address = parseApiUrl(apiUrl);
    return refreshingToken({
      endpoint: {
        address,
        userAgent: userAgent(),
        timeoutMs: requestTimeoutMs,
        debug: environmentSink(),
        clock,
      },
      grant,
      account,
      clock,
      notices,
      retry: { maxAttempts, timeoutMs: operationTimeoutMs, bucket: retryBucketOf(address.origin, clock) },
    });
  }
}
