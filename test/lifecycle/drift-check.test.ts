import { afterEach, expect, jest, test } from "@jest/globals";
import { PinterestApiError, PinterestError } from "../../provider/api";
import { systemClock } from "../../provider/api/clock";
import { CredentialsError, UnconfiguredAccount } from "../../provider/api/credentials";
import { credentialsError } from "../../provider/api/error-mapping";
import { remedyForConnection } from "../../provider/api/error-remedies";
import { DriftCheck } from "../../provider/lifecycle/drift-check";
import { explainUndeletable } from "../../provider/lifecycle/messages";
import type { Outputs } from "../../provider/lifecycle/outputs";

const outage: Error = Object.create(PinterestError.prototype, {
  kind: { value: "connection" },
  message: { value: "no connection" },
  messageWithoutHint: { value: "no connection" },
});
const ofAccount = (account: string) => ({ externalBusinessId: "shop", account }) as Outputs;

afterEach(() => {
  jest.restoreAllMocks();
});

/** A check, the accounts that it has read from, and its warnings. */
function started() {
  const warnings: string[] = [];
  const check = new DriftCheck((message) => warnings.push(message));
  const asked: string[] = [];
  const read = (account: string, failure?: Error) =>
    check
      .read(ofAccount(account), async () => {
        asked.push(account);
        if (failure !== undefined) throw failure;
        return "read";
      })
      .catch((error: Error) => {
        check.warn(ofAccount(account), error);
        return error.message;
      });
  return { check, asked, read, warnings };
}

test("does not read from an unreachable account again", async () => {
  const { asked, read } = started();
  expect(await read("one", outage)).toBe("no connection");
  expect(await read("one")).toBe("no connection");
  expect(await read("two")).toBe("read");
  expect(asked).toEqual(["one", "two"]);
});

test("reads from an account again after a failure of one integration", async () => {
  const { asked, read } = started();
  expect(await read("one", new Error("another owner"))).toBe("another owner");
  expect(await read("one")).toBe("read");
  expect(asked).toEqual(["one", "one"]);
});

test.each([
  ["is not asked again after", 429, 8, 1],
  ["is not asked again after", 500, 0, 1],
  ["is not asked again after", 401, 2, 1],
  ["is asked again after", 400, 1, 2],
  ["is asked again after", 499, 1, 2],
])("an account %s HTTP %d, code %d", async (_what, status, code, reads) => {
  const { asked, read } = started();
  const context = { operation: "getCommerceIntegration", externalBusinessId: "shop" } as const;
  await read("one", new PinterestApiError(context, { status, code, apiMessage: "" }));
  await read("one");
  expect(asked).toHaveLength(reads);
});

test("stops after three unreachable accounts in a row", async () => {
  const { asked, read } = started();
  for (const account of ["one", "two"]) await read(account, outage);
  await read("well");
  for (const account of ["three", "four", "five"]) await read(account, outage);
  expect(await read("six")).toBe("no connection");
  expect(asked).toEqual(["one", "two", "well", "three", "four", "five"]);
});

test("continues after any number of accounts without a token", async () => {
  const { asked, read } = started();
  const accounts = ["one", "two", "three", "four"];
  for (const account of accounts) await read(account, new UnconfiguredAccount("no token"));
  expect(asked).toEqual(accounts);
});

test("names the remedy of an account without a usable token", async () => {
  const { read, warnings } = started();
  const context = {
    operation: "getCommerceIntegration",
    externalBusinessId: "shop",
    account: "one",
  } as const;
  const failure = new CredentialsError("other users can access the file", "Run `chmod 600 tokens.json`");
  await read("one", credentialsError(context, failure));
  expect(warnings).toEqual([
    expect.stringContaining(
      "are used: no usable access token: other users can access the file. Run `chmod 600 tokens.json`. There are no further",
    ),
  ]);
});

test("says once which configuration the check uses", async () => {
  const { read, warnings } = started();
  const context = { operation: "getCommerceIntegration", externalBusinessId: "shop" } as const;
  const remedy = remedyForConnection("ECONNREFUSED");
  const details = { kind: "connection", outcome: "never-sent", summary: "refused", remedy } as const;
  const error = new PinterestError(context, details);
  await read("one", error);
  expect(error.message).toContain("Without --run-program, `pulumi refresh`");
  expect(warnings).toEqual([expect.stringContaining("NO_PROXY), then run again. There are no further")]);
  const undeletable = explainUndeletable(ofAccount("one"), error);
  expect(undeletable).not.toContain("Without --run-program, `pulumi refresh`");
  expect(undeletable).toContain("with `--run-program` to use the current configuration");
});

test("warns once for each account, and not again when the check has stopped", async () => {
  const { read, warnings } = started();
  await read("one", outage);
  await read("one");
  expect(warnings).toEqual([
    "warning: cannot check integration 'shop' for drift, so its last known values are used: no connection. There are no further warnings " +
      "about account 'one'. The check uses the configuration of the last update. To fail instead, and to use the current configuration, add " +
      "`--refresh --run-program`.",
  ]);
  for (const account of ["two", "three", "four", "two"]) await read(account, outage);
  expect(warnings).toHaveLength(3);
  expect(warnings[2]).toContain("There are no further warnings. The check");
});

test("warns once for each account without a valid token, and that the token is that of the last update", async () => {
  const { read, warnings } = started();
  const refusal = () => new UnconfiguredAccount("no token");
  for (const account of ["one", "two", "one"]) await read(account, refusal());
  expect(warnings).toEqual([
    "warning: cannot check integration 'shop' for drift, so its last known values are used: no token. There are no further warnings about " +
      "account 'one'. The check uses the token of the last update. If you have set another one since then, run " +
      "`pulumi up --refresh --run-program` once.",
    expect.stringContaining("about account 'two'. The"),
  ]);
});

test("stops a read that takes too long, and does not read from that account again", async () => {
  const { check } = started();
  const timeout = jest.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new Error("late")));
  const endless = () => new Promise<never>(() => {});
  await expect(check.read(ofAccount("one"), endless)).rejects.toThrow("took longer than 4 s");
  await expect(check.read(ofAccount("one"), async () => "read")).rejects.toThrow("took longer than 4 s");
  expect(timeout).toHaveBeenCalledTimes(1);
});

test("stops after 30 s", async () => {
  const now = jest.spyOn(systemClock, "now").mockReturnValue(0);
  const { asked, read } = started();
  await read("one");
  now.mockReturnValue(30_001);
  expect(await read("two")).toContain("took longer than 30 s");
  expect(asked).toEqual(["one"]);
});
