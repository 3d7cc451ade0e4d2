import { hash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Credentials } from "../../../provider/api/credentials";
import {
  finishTokenRequests,
  lastTokenRequestAt,
  sendable,
} from "../../../provider/api/credentials/in-progress";
import { TokenFile } from "../../../provider/api/credentials/token-file";
import { systemClock } from "../../../provider/base/clock";
import { temporaryDirectory } from "../../temporary-directory";
import { respondWith } from "../helpers/server";
import { printTokens, setUpCommand } from "./helpers/command";
import { grant, setUpRefreshToken, tokenResponse } from "./helpers/refresh-token";

/** Whether a request for tokens is in progress, or ended after `startedAt`. */
const isRequestedSince = (startedAt: number) => lastTokenRequestAt() >= startedAt;

test("a run of the account command is in progress until its end", async () => {
  const during: boolean[] = [];
  const startedAt = performance.now();
  const { credentialsOf } = setUpCommand(async (names, run) => {
    await Promise.resolve();
    during.push(isRequestedSince(startedAt));
    return printTokens(names, run);
  });
  expect(isRequestedSince(startedAt)).toBe(false);
  await credentialsOf("a").accessToken();
  expect(during).toEqual([true]);
  expect(isRequestedSince(performance.now())).toBe(false);
});

test.each([
  ["linux", "SIGHUP", "SIGHUP"],
  ["darwin", "SIGINT", "SIGINT"],
  ["win32", "SIGBREAK", "SIGTERM"],
] as const)("on %s, a deferred %s ends the process by %s", (platform, signal, sent) => {
  expect(sendable(signal, platform)).toBe(sent);
});

/** The access token, or the message of the error. */
const tokenOf = (credentials: Credentials) =>
  credentials.accessToken().catch((error: Error) => error.message);

// The last test, because the process requests no more tokens afterwards.
test("before the process exits, it finishes exchanges without retries, and begins no other one", async () => {
  // The first account waits for the lock of another process.
  const path = join(temporaryDirectory(), "tokens.json");
  writeFileSync(`${path}.${hash("sha256", grant.refreshToken)}.lock`, "another's");
  const store = new TokenFile({ path, clock: systemClock, notify: () => {}, exchangeMs: 300_000 });
  const locked = await setUpRefreshToken(() => respondWith(500, {}), { openFile: () => store });
  const lockedToken = tokenOf(locked.credentials);

  // Two exchanges are in progress when the process begins to end. One succeeds, and one fails with a status that is retried otherwise.
  const finished = Promise.withResolvers<void>();
  const { server, another, clock } = await setUpRefreshToken((number) => (request, response) => {
    if (number === 2) void finishTokenRequests().then(finished.resolve);
    const respond = number === 1 ? respondWith(200, tokenResponse(1)) : respondWith(503, {});
    respond(request, response);
  });
  const tokens = Promise.all([tokenOf(another()), tokenOf(another())]);
  await finished.promise;

  expect(await tokens).toEqual(expect.arrayContaining(["pina_a1", expect.stringContaining("HTTP 503")]));
  expect(await lockedToken).toContain("the process is about to exit");
  expect(await tokenOf(another())).toContain("the process is about to exit");
  expect(server.requests).toHaveLength(2);
  expect(clock.sleeps).toEqual([]);
});
