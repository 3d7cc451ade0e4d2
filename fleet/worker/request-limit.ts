import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pause } from "../../provider/base/async";
import { messageOf } from "../../provider/base/message-text";
import { Outage } from "../outage";
import { makeTemporaryDirectory, markUsed } from "../shard/workspace";
import { type Database, databaseFailure } from "../store/database";
import { statementRetryMs } from "../store/queue";
import { isRequestLimited, reserveRequest } from "../store/settings";

/**
 * Limits the requests per second of all workers to the fleet's setting, which can change while they run. Each request reserves its time in
 * PostgreSQL, in order of arrival. While a limited fleet's PostgreSQL does not respond, no request is sent.
 *
 * @param log receives the beginning and the end of each outage of PostgreSQL.
 * @returns the path of a socket. The worker's processes send a request to it before each request to Pinterest, and wait for the response.
 */
export async function openRequestLimit(
  { statements }: Database,
  log: (line: string) => void,
  readEveryMs = 5_000,
): Promise<{ socketPath: string; close(): Promise<void> }> {
  let isLimited = await isRequestLimited(statements);
  const directory = makeTemporaryDirectory();
  const outage = new Outage("the worker tries again", "PostgreSQL responds again", log);
  const reading = setInterval(async () => {
    try {
      markUsed(directory);
      isLimited = await isRequestLimited(statements);
      outage.end();
    } catch (error) {
      const { summary, reason } = databaseFailure(error) ?? {
        summary: "cannot read the limit on requests",
        reason: messageOf(error),
      };
      outage.begin(summary, reason);
    }
  }, readEveryMs);
  const closing = new AbortController();
  let last = Promise.resolve();
  const server = createServer((incoming, response) => {
    incoming.resume();
    last = last.then(async () => {
      // A process that gave up has closed its connection.
      while (isLimited && !response.destroyed && !closing.signal.aborted) {
        // During an outage, which the reads of the limit report, it tries again.
        const waitMs = await reserveRequest(statements).catch(() => "failed" as const);
        await pause(waitMs === "failed" ? statementRetryMs : waitMs, closing.signal);
        if (waitMs !== "failed") break;
      }
      if (!closing.signal.aborted) response.writeHead(204).end();
    });
  });
  const socketPath = join(directory, "socket");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(socketPath, resolve);
  });
  return {
    socketPath,
    close: async () => {
      clearInterval(reading);
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // A process of a killed engine may still write its compiled code there.
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
