import { afterEach, expect, jest, test } from "@jest/globals";
import { PinterestApiError, PinterestError } from "../../provider/api";
import { CredentialsError, UnconfiguredAccount } from "../../provider/api/credentials";
import { requestTokens } from "../../provider/api/credentials/in-progress";
import { remedyForConnection } from "../../provider/api/error-remedies";
import { DriftCheck } from "../../provider/lifecycle/drift-check";
import { explainUndeletable, messageWithHint } from "../../provider/lifecycle/messages";
import type { Outputs } from "../../provider/lifecycle/outputs";
import { completeRun } from "../../provider/run/engine-command";
import {
  configurationHint,
  notChecked,
  notSent,
  repeatWithConfiguration,
  wrongToken,
} from "../expected/messages";
import { programWording } from "../run-context";

/** The failure of a connection, with a short message. */
const outage: Error = Object.create(PinterestError.prototype, {
  kind: { value: "connection" },
  message: { value: "no connection" },
});
const ofAccount = (account: string) => ({ externalBusinessId: "shop", account }) as Outputs;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Start a check. @returns it with the accounts that it has read from, and its warnings. */
function startCheck() {
  const warnings: string[] = [];
  let time = 0;
  const check = new DriftCheck({
    now: () => time,
    notify: (message) => void warnings.push(message),
    run: completeRun,
  });
  const accountsRead: string[] = [];
  const read = (account: string, failure?: Error) =>
    check
      .read(ofAccount(account), async () => {
        accountsRead.push(account);
        if (failure !== undefined) throw failure;
        return "read";
      })
      .catch((error: Error) => {
        check.warn(ofAccount(account), error);
        return error.message;
      });
  const advance = (milliseconds: number) => {
    time += milliseconds;
  };
  return { check, accountsRead, read, warnings, advance };
}

test("does not read from an unreachable account again", async () => {
  const { accountsRead, read } = startCheck();
  expect(await read("one", outage)).toBe("no connection");
  expect(await read("one")).toBe("no connection");
  expect(await read("two")).toBe("read");
  expect(accountsRead).toEqual(["one", "two"]);
});

test.each([
  ["is not read again after", 429, 8, 1],
  ["is not read again after", 500, 0, 1],
  ["is not read again after", 401, 2, 1],
  ["is read again after", 400, 1, 2],
  ["is read again after", 499, 1, 2],
])("an account %s HTTP %d, code %d", async (_what, status, code, reads) => {
  const { accountsRead, read } = startCheck();
  const context = { operation: "getCommerceIntegration", externalBusinessId: "shop" } as const;
  await read("one", new PinterestApiError(context, { status, code, apiMessage: "" }));
  await read("one");
  expect(accountsRead).toHaveLength(reads);
});

test("stops after three unreachable accounts in a row", async () => {
  const { accountsRead, read } = startCheck();
  for (const account of ["one", "two"]) await read(account, outage);
  await read("reachable");
  for (const account of ["three", "four", "five"]) await read(account, outage);
  expect(await read("six")).toBe("no connection");
  expect(accountsRead).toEqual(["one", "two", "reachable", "three", "four", "five"]);
});

test("continues after any number of accounts without a token", async () => {
  const { accountsRead, read } = startCheck();
  const accounts = ["one", "two", "three", "four"];
  for (const account of accounts) await read(account, new UnconfiguredAccount("no token"));
  expect(accountsRead).toEqual(accounts);
});

test("the warning, and the message about a deletion, have their own advice about the last configuration", async () => {
  const { read, warnings } = startCheck();
  const context = { operation: "getCommerceIntegration", externalBusinessId: "shop" } as const;
  const remedy = remedyForConnection("ECONNREFUSED");
  const details = { kind: "connection", outcome: "never-sent", summary: "refused", remedy } as const;
  const error = new PinterestError(context, details);
  await read("one", error);
  expect(messageWithHint(error, programWording)).toContain(configurationHint);
  expect(warnings).toEqual([expect.stringContaining(`${notSent} There are no further`)]);
  const undeletable = explainUndeletable(ofAccount("one"), error, programWording);
  expect(undeletable).not.toContain("Add `--run-program` if you have changed");
  expect(undeletable).toContain(repeatWithConfiguration);
});

test("warns once for each account, and not again when the check has stopped", async () => {
  const { read, warnings } = startCheck();
  await read("one", outage);
  await read("one");
  expect(warnings).toEqual([
    `${notChecked("shop")}no connection. ` +
      "There are no further warnings " +
      "about account 'one'. The check uses the configuration of the last update. To fail instead, and to use the current configuration, add " +
      "`--refresh --run-program`.",
  ]);
  for (const account of ["two", "three", "four", "two"]) await read(account, outage);
  expect(warnings).toHaveLength(3);
  expect(warnings[2]).toContain("There are no further warnings. The check");
});

test("warns once for each account without a valid token that the check uses the token of the last update", async () => {
  const { read, warnings } = startCheck();
  const context = { operation: "getCommerceIntegration", externalBusinessId: "shop" } as const;
  const refused = new PinterestApiError(context, { status: 401, code: 2, apiMessage: "no" });
  for (const account of ["one", "two", "one"]) await read(account, refused);
  expect(warnings).toEqual([
    expect.stringMatching(
      /There are no further warnings about account 'one'\. If you have set another token since the last update, run `pulumi up --refresh --run-program` once: the check uses the token of the last update\. Otherwise, set a valid one\.$/,
    ),
    expect.stringContaining("about account 'two'. If"),
  ]);
});

test.each([UnconfiguredAccount, CredentialsError])(
  "says where to set a missing token (%p), and not that the check uses the configuration of the last update",
  async (Missing) => {
    const { read, warnings } = startCheck();
    for (const account of ["one", "one"]) await read(account, new Missing("no token", "Set it"));
    expect(warnings).toEqual([
      `${notChecked("shop")}no token. Set it. ` +
        "There are no further " +
        "warnings about account 'one'. If you have set it in the stack's configuration since the last update, run `pulumi up --refresh " +
        "--run-program` once.",
    ]);
  },
);

test("names the explicit provider and the remedy of a token that is not in state", async () => {
  const { accountsRead, warnings, check } = startCheck();
  const context = {
    operation: "getCommerceIntegration",
    externalBusinessId: "shop",
    provider: "south",
  } as const;
  const error = new PinterestApiError(
    { ...context, tokenFrom: "environment" },
    { status: 401, code: 2, apiMessage: "no" },
  );
  check.warn({ ...ofAccount("one"), providerName: "south" }, error);
  expect(accountsRead).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(
      new RegExp(
        `\\(provider 'south'\\) failed: .* ${wrongToken()}. There are no further warnings about account 'one' of provider 'south'\\.$`,
      ),
    ),
  ]);
});

const endless = () => new Promise<never>(() => {});

/** Makes each wait of a read end at once, and lets the time of the wait pass. Returns the waits in milliseconds. */
function skipWaits(onWait: (count: number) => void = () => {}): number[] {
  const waits: number[] = [];
  let time = 0;
  jest.spyOn(performance, "now").mockImplementation(() => time);
  jest.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    time += milliseconds;
    waits.push(milliseconds);
    onWait(waits.length);
    return AbortSignal.abort(new Error("late"));
  });
  return waits;
}

test("stops a read that takes too long, and does not read from that account again", async () => {
  const { check } = startCheck();
  const waits = skipWaits();
  await expect(check.read(ofAccount("one"), endless)).rejects.toThrow("took longer than 4 s");
  await expect(check.read(ofAccount("one"), async () => "read")).rejects.toThrow("took longer than 4 s");
  expect(waits).toEqual([4000]);
});

test("waits while tokens are requested, and 4 s more", async () => {
  const { check } = startCheck();
  const tokens = Promise.withResolvers<void>();
  let receivedAt = 0;
  const waits = skipWaits((count) => {
    if (count === 5) tokens.resolve();
  });
  void requestTokens(() => tokens.promise).then(() => {
    receivedAt = performance.now();
  });
  await expect(check.read(ofAccount("one"), endless)).rejects.toThrow("took longer than 4 s");
  expect(receivedAt).toBeGreaterThanOrEqual(20_000);
  expect(performance.now() - receivedAt).toBe(4000);
  expect(new Set(waits)).toEqual(new Set([4000]));
});

test("stops after 30 s", async () => {
  const { accountsRead, read, advance } = startCheck();
  await read("one");
  advance(30_001);
  expect(await read("two")).toContain("took longer than 30 s");
  expect(accountsRead).toEqual(["one"]);
});
