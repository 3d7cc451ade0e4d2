import { type AmbientLimits, type AnswerEvent, type OperationEvent, PinterestClient } from "../pinterest";
import type { ExpiryEvent } from "../pinterest/credentials/notices";
import type { ExchangeEvent } from "../pinterest/credentials/refresh-token";
import { sharedCap } from "../pinterest/shared-cap";
import { AccountCredentials, type AlsoWanted } from "./account-credentials";
import type { Configuration } from "./configuration";

/** Who is told of single requests. */
export interface RequestListeners {
  /** Told of each answer of the API, of any account. */
  readonly onAnswer?: (event: AnswerEvent) => void;
  /** Told of each refresh token that was exchanged. */
  readonly onExchange?: (event: ExchangeEvent) => void;
  /** Told when a token ends, each time that this becomes known; nobody else is told then of one that ends soon. */
  readonly onExpiry?: (event: ExpiryEvent) => void;
  /** Says at each call what ends it beside the configuration's limits. */
  readonly limits?: () => AmbientLimits | undefined;
}

/** One client an account, made when it is first asked for. */
export class Clients {
  private readonly clients = new Map<string | undefined, PinterestClient>();
  private readonly credentials: AccountCredentials;
  private readonly gate = sharedCap();

  /**
   * @param notify tells the person at the terminal something that is no error.
   * @param onOperation is told of every operation that has ended, of any account.
   * @param alsoWanted names accounts that the program wants, beyond what was asked for and expected so far.
   */
  constructor(
    private readonly configuration: Configuration,
    private readonly notify: (message: string) => void = () => {},
    private readonly onOperation: (event: OperationEvent) => void = () => {},
    alsoWanted?: AlsoWanted,
    private readonly listeners: RequestListeners = {},
  ) {
    this.credentials = new AccountCredentials(configuration, notify, undefined, alsoWanted, listeners);
  }

  /**
   * The client of a named account, or of the default account.
   *
   * @throws Error when no token is configured for it (an UnconfiguredAccount where others have one), or the configuration is wrong.
   */
  client(account: string | undefined): PinterestClient {
    let client = this.clients.get(account);
    if (client === undefined) {
      const { apiUrl, requestTimeoutMs, operationTimeoutMs, maxAttempts, requestsPerMinute } =
        this.configuration;
      client = new PinterestClient({
        apiUrl,
        requestTimeoutMs,
        operationTimeoutMs,
        maxAttempts,
        ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
        ...(this.gate === undefined ? {} : { gate: this.gate }),
        onWait: this.notify,
        onOperation: this.onOperation,
        ...(this.listeners.onAnswer === undefined ? {} : { onAnswer: this.listeners.onAnswer }),
        ...(this.listeners.limits === undefined ? {} : { limits: this.listeners.limits }),
        ...(account === undefined ? {} : { account }),
        credentials: this.credentials.of(account),
      });
      this.clients.set(account, client);
    }
    return client;
  }

  /** Names an account whose client will be asked for, so that its token can be had together with those of others. Does no I/O. */
  expect(account: string): void {
    this.credentials.expect(account);
  }
}
