import { systemClock } from "../pinterest/clock";
import { TokenFile } from "../pinterest/credentials/token-file";
import { sourceOf } from "./account-source";
import type { Configuration } from "./configuration";

/** The end of a token that nothing renews by itself. */
export interface KnownExpiry {
  readonly token: "access token" | "refresh token";
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** When accounts' tokens end, as far as configuration and token file say: nobody is asked, and no command is run. */
export class KnownExpiries {
  private readonly file: TokenFile | undefined;

  constructor(private readonly configuration: Configuration) {
    const { tokenFile: path } = configuration;
    this.file =
      path === undefined
        ? undefined
        : new TokenFile({ path, clock: systemClock, notify: () => {}, exchangeMs: 0 });
  }

  /** @throws Error when nothing is configured for the account. */
  of(account: string | undefined): KnownExpiry | undefined {
    const source = sourceOf(this.configuration, account);
    if ("command" in source) {
      return undefined;
    }
    if ("refreshToken" in source) {
      const expiresAt = this.file?.get(source.refreshToken)?.refreshTokenExpiresAt;
      return expiresAt === undefined ? undefined : { token: "refresh token", expiresAt };
    }
    return source.expiresAt === undefined
      ? undefined
      : { token: "access token", expiresAt: source.expiresAt };
  }
}
