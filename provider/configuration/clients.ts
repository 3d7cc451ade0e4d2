import { PinterestClient, staticToken } from "../pinterest";
import { type Configuration, called } from "./configuration";

/** One client an account, made when it is first asked for. */
export class Clients {
  private readonly clients = new Map<string | undefined, PinterestClient>();

  /** @param notify tells the person at the terminal something that is no error. */
  constructor(
    private readonly configuration: Configuration,
    private readonly notify: (message: string) => void = () => {},
  ) {}

  /**
   * The client of a named account, or of the default account.
   *
   * @throws Error when no token is configured for it.
   */
  client(account: string | undefined): PinterestClient {
    let client = this.clients.get(account);
    if (client === undefined) {
      const { apiUrl, requestTimeoutMs } = this.configuration;
      client = new PinterestClient({
        apiUrl,
        requestTimeoutMs,
        ...(account === undefined ? {} : { account }),
        credentials: staticToken(tokenOf(this.configuration, account)),
      });
      this.clients.set(account, client);
    }
    return client;
  }
}

/**
 * The access token of a named account, or of the default account.
 *
 * @throws Error when none is configured.
 */
export function tokenOf(configuration: Configuration, account: string | undefined): string {
  const { accessToken, accounts } = configuration;
  const token = account === undefined ? accessToken : accounts.get(account);
  if (token !== undefined) {
    return token;
  }
  if (account === undefined) {
    throw new Error(
      `no access token: set ${called("accessToken")} (\`pulumi config set --secret pinterest:accessToken\`), or name an account`,
    );
  }
  const known = [...accounts.keys()];
  const shown = known.slice(0, 20).map((name) => `'${name}'`);
  const more = known.length > shown.length ? `, and ${known.length - shown.length} more` : "";
  throw new Error(
    `no access token for account '${account}': ${called("accounts")} ` +
      (known.length === 0 ? "is not set" : `holds ${shown.join(", ")}${more}`),
  );
}
