import { TokenNotices } from "../pinterest/credentials/notices";
import { type Lookup, readConfiguration } from "./configuration";
import { KnownExpiries } from "./known-expiries";

/**
 * Warns, in a preview already, that an update would find no access token, or that the token ends soon. A preview itself needs
 * none, and so does not fail for the want of it: those of pull requests often run without secrets. Asks nobody and runs nothing.
 */
export class TokenWarnings {
  private readonly expiries: KnownExpiries;
  private readonly said = new Set<string>();
  private readonly notices: TokenNotices;

  constructor(
    lookup: Lookup,
    private readonly warn: (message: string) => void,
  ) {
    this.expiries = new KnownExpiries(readConfiguration(lookup));
    this.notices = new TokenNotices(warn, Date.now);
  }

  /** Warns of the token of a named account, or of the default one; of the same once. */
  of(account: string | undefined): void {
    const { expiries, said } = this;
    try {
      const expiry = expiries.of(account);
      if (expiry !== undefined) {
        this.notices.expires(account, expiry.token, expiry.expiresAt);
      }
    } catch (error) {
      const problem = (error as Error).message;
      if (!said.has(problem)) {
        said.add(problem);
        this.warn(`${problem}. An update will need it.`);
      }
    }
  }
}
