import type { Credentials } from "../../../../provider/api";
import { parseApiUrl } from "../../../../provider/api/address";
import { TokenNotices } from "../../../../provider/api/credentials";
import { RefreshToken } from "../../../../provider/api/credentials/refresh-token";
import type { TokenFile } from "../../../../provider/api/credentials/token-file";
import type { Network } from "../../../../provider/api/transport";
import { type Handler, type ReceivedRequest, serve, type TestServer } from "../../helpers/server";
import { TestClock } from "./test-clock";

export const grant = { refreshToken: "pinr_5ecret0", appId: "1500001", appSecret: "5ecret/app+%" };
export const minute = 60_000;
export const day = 24 * 60 * minute;

/** A successful response of the token endpoint. @param number of the exchange, from 1. */
export function tokenResponse(number: number, more: object = {}): object {
  return {
    access_token: `pina_a${number}`,
    token_type: "bearer",
    expires_in: 30 * 24 * 3600,
    scope: "ads:read",
    ...more,
  };
}

export interface Setup {
  readonly server: TestServer;
  readonly clock: TestClock;
  readonly notes: string[];
  readonly credentials: Credentials;
  /** Credentials as another process has them, which opens the token file itself. */
  another(): Credentials;
}

export interface SetupOptions {
  readonly account?: string;
  /** Opens the token file, for each process. */
  readonly openFile?: () => TokenFile;
  readonly maxAttempts?: number;
  readonly network?: Network;
  readonly notify?: (message: string) => void;
}

/** Sets up credentials of a refresh token with a fake endpoint. @param respond receives the number of the exchange, from 1. */
export async function setUpRefreshToken(
  respond: (number: number, request: ReceivedRequest) => Handler,
  { account, openFile, network, notify, maxAttempts = 4 }: SetupOptions = {},
): Promise<Setup> {
  let number = 0;
  const server = await serve((request, response) => {
    number += 1;
    respond(number, request)(request, response);
  });
  const clock = new TestClock();
  const notes: string[] = [];
  const another = () =>
    new RefreshToken({
      endpoint: {
        address: parseApiUrl(server.apiUrl),
        timeoutMs: 5000,
        network,
      },
      refresh: grant,
      account,
      clock,
      notices: new TokenNotices(notify ?? ((message) => notes.push(message)), () => clock.now()),
      file: openFile?.(),
      retry: { maxAttempts, timeoutMs: 300_000 },
    });
  return { server, clock, notes, credentials: another(), another };
}
