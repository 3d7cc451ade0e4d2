import { describe, expect, test } from "@jest/globals";
import { AccountRevoked } from "../../../provider/api/credentials";
import { runCommand } from "../../../provider/api/credentials/account-command";
import { renewalBeforeExpiryMs } from "../../expected/limits";
import { commandFailed, pattern, redacted } from "../../expected/messages";
import { failureOf } from "../../lifecycle/helpers/failure";
import { printTokens, setUpCommand } from "./helpers/command";
import { day, minute } from "./helpers/refresh-token";

describe("runs", () => {
  test("requests tokens that are needed at the same time in one run", async () => {
    const { credentialsOf, runs } = setUpCommand(printTokens);
    const tokens = await Promise.all(["a", "b", "a", "c"].map((name) => credentialsOf(name).accessToken()));
    expect(tokens).toEqual(["a", "b", "a", "c"].map((name) => `pina_5ecret_${name}_1`));
    expect(await credentialsOf("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b", "c"]]);
  });

  test("uses tokens that the command prints for other accounts", async () => {
    const first = Promise.withResolvers<void>();
    const { credentialsOf, runs, clock } = setUpCommand(async (_names, run) => {
      await first.promise;
      return printTokens(["a", "b", "c"], run);
    });
    const a = credentialsOf("a").accessToken();
    while (runs.length === 0) await clock.sleep(1);
    // Needed during the run, which also prints its token.
    const b = credentialsOf("b").accessToken();
    first.resolve();
    expect([await a, await b, await credentialsOf("c").accessToken()]).toEqual([
      "pina_5ecret_a_1",
      "pina_5ecret_b_1",
      "pina_5ecret_c_1",
    ]);
    expect(runs).toEqual([["a"]]);
  });

  test("accepts a token for an account that failed, or is expected, from a run for others", async () => {
    const outputs = [{}, { b: "pina_b", a: "pina_a", late: "pina_late" }, { c: "pina_c" }];
    const { credentialsOf, runs, command } = setUpCommand((_names, run) => {
      // During each run, the provider learns of this account.
      command.expect("late");
      return outputs[run - 1];
    });
    await expect(credentialsOf("a").accessToken()).rejects.toThrow("printed no token for account");
    expect(await credentialsOf("b").accessToken()).toBe("pina_b");
    expect(await credentialsOf("a").accessToken()).toBe("pina_a");
    expect(await credentialsOf("a").renew?.("pina_rejected")).toBe(true);
    expect(await credentialsOf("c").accessToken()).toBe("pina_c");
    expect(runs).toEqual([["a"], ["b", "late"], ["c"]]);
  });

  test("includes expected accounts in the next run, and starts none for them", async () => {
    const { credentialsOf, runs, command, clock } = setUpCommand(printTokens);
    for (const name of ["a", "b", "c"]) command.expect(name);
    await clock.sleep(1000);
    expect(runs).toEqual([]);
    await credentialsOf("b").accessToken();
    await credentialsOf("c").accessToken();
    expect(runs).toEqual([["b", "a", "c"]]);
  });

  test("requests further accounts right before a run, except those with a token or a failure", async () => {
    const requested: (readonly string[])[] = [];
    let others = ["b", "c", "unknown"];
    const { credentialsOf, runs } = setUpCommand(
      (_names, run) => (run === 1 ? { a: "pina_a", b: "pina_b", c: "pina_c" } : { d: "pina_d", e: "pina_e" }),
      (names) => {
        requested.push(names);
        return others;
      },
    );
    await credentialsOf("a").accessToken();
    await credentialsOf("b").accessToken();
    others = ["b", "c", "unknown", "e"];
    await credentialsOf("d").accessToken();
    expect(runs).toEqual([
      ["a", "b", "c", "unknown"],
      ["d", "e"],
    ]);
    expect(requested).toEqual([["a"], ["d"]]);
    await expect(credentialsOf("unknown").accessToken()).rejects.toThrow("printed no token for account");
  });
});

describe("renewal", () => {
  /** The command's output about account `a`, whose token of each run expires an hour after that of the run before. */
  const expiringInAnHour = (_names: string[], run: number) => ({
    a: { accessToken: `pina_a_${run}`, expiresAt: Date.UTC(2027, 0, 1, run) },
  });

  test("runs the command again before a token expires", async () => {
    const { credentialsOf, runs, clock } = setUpCommand((_names, run) => ({
      a: { accessToken: `pina_a_${run}`, expiresAt: Date.UTC(2027, 0, 1) + run * day },
    }));
    await credentialsOf("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + day - renewalBeforeExpiryMs - 1;
    expect(await credentialsOf("a").accessToken()).toBe("pina_a_1");
    clock.time += 10;
    expect(await credentialsOf("a").accessToken()).toBe("pina_a_2");
    expect(runs).toHaveLength(2);
  });

  test.each([{}, { expiresAt: null }, { revoked: false, expiresAt: undefined }])(
    "keeps a token without expiry: %j",
    async (more) => {
      const { credentialsOf, runs, clock } = setUpCommand(() => ({ a: { accessToken: "pina_a", ...more } }));
      await credentialsOf("a").accessToken();
      clock.time += 1000 * day;
      expect(await credentialsOf("a").accessToken()).toBe("pina_a");
      expect(runs).toHaveLength(1);
    },
  );

  test("runs the command once more, not for each request, if it keeps printing a token that is about to expire", async () => {
    const expiresAt = new Date(Date.UTC(2027, 0, 1) + 60 * minute).toISOString();
    const { credentialsOf, runs, clock } = setUpCommand(() => ({ a: { accessToken: "pina_a", expiresAt } }));
    await credentialsOf("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 56 * minute;
    for (let request = 0; request < 100; request += 1)
      expect(await credentialsOf("a").accessToken()).toBe("pina_a");
    expect(runs).toHaveLength(2);
    clock.time = Date.UTC(2027, 0, 1) + 60 * minute;
    await expect(credentialsOf("a").accessToken()).rejects.toThrow(
      /a token that expired on 2027-01-01T01:00:00.000Z for account 'a'/,
    );
  });

  test.each([
    ["prints no JSON", "oops"],
    ["prints no token", {}],
    ["prints an invalid token", { a: "" }],
  ])("uses a token until it expires if the next run %s", async (_what, printed) => {
    const { credentialsOf, runs, clock } = setUpCommand((names, run) =>
      run === 1 ? expiringInAnHour(names, run) : printed,
    );
    await credentialsOf("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 58 * minute;
    expect(await credentialsOf("a").accessToken()).toBe("pina_a_1");
    expect(await credentialsOf("a").accessToken()).toBe("pina_a_1");
    expect(runs).toHaveLength(2);
  });

  test("replaces a rejected token once for all requests", async () => {
    const { credentialsOf, runs } = setUpCommand(printTokens);
    await Promise.all([credentialsOf("a").accessToken(), credentialsOf("b").accessToken()]);
    const renewed = await Promise.all([1, 2].map(() => credentialsOf("a").renew?.("pina_5ecret_a_1")));
    expect(renewed).toEqual([true, true]);
    expect(await credentialsOf("a").renew?.("pina_5ecret_a_1")).toBe(true);
    expect(await credentialsOf("a").accessToken()).toBe("pina_5ecret_a_2");
    expect(await credentialsOf("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b"], ["a"]]);
  });

  test("does not run the command a third time if it prints a rejected token again", async () => {
    const { credentialsOf, runs } = setUpCommand(() => ({ a: "pina_a" }));
    await credentialsOf("a").accessToken();
    expect(await credentialsOf("a").renew?.("pina_a")).toBe(false);
    expect(await credentialsOf("a").renew?.("pina_a")).toBe(false);
    expect(runs).toHaveLength(2);
  });

  test("reports an account that the second run prints as revoked", async () => {
    const { credentialsOf } = setUpCommand((names, run) =>
      run === 1 ? printTokens(names, run) : { a: { revoked: true } },
    );
    await credentialsOf("a").accessToken();
    await expect(credentialsOf("a").renew?.("pina_5ecret_a_1")).rejects.toThrow(AccountRevoked);
    const error = await failureOf(credentialsOf("a").accessToken());
    expect(error).toBeInstanceOf(AccountRevoked);
    expect(error.message).toBe(
      "the account command reports account 'a' as revoked. The merchant must connect to the app again",
    );
  });
});

test("warns once per account about tokens that expire within a week, and names six accounts", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `shop-${index + 1}`);
  const { credentialsOf, notes } = setUpCommand((requested) =>
    Object.fromEntries(requested.map((name) => [name, { accessToken: "pina_a", expiresAt: "2027-01-03" }])),
  );
  await Promise.all(names.map((name) => credentialsOf(name).accessToken()));
  await credentialsOf("shop-1").renew?.("pina_a");
  expect(notes[0]).toBe(
    "The access token of account 'shop-1' expires on 2027-01-03, in 2 days: replace it before that date.",
  );
  expect(notes).toHaveLength(6);
  expect(notes[5]).toMatch(/ The provider omits this message for further accounts\.$/);
});

describe("failures name the account and the remedy, and never contain the output", () => {
  const remedy =
    /\. Run the command in pinterest:accountCommand with \{"accounts":\["north"\]\} on standard input, and check its output$/;

  const noObject = /did not print a JSON object such as/;
  const noToken = /printed no `accessToken`, or one that is not a string, for account 'north'/;

  test.each<[string, unknown, RegExp]>([
    ["no JSON", "pina_5ecret", noObject],
    ["an array", ["pina_5ecret"], noObject],
    ["other names only", { south: "pina_5ecret" }, /printed no token for account 'north'/],
    ["null", { north: null }, noToken],
    ["an empty token", { north: "" }, /printed an access token that is empty for account 'north'/],
    [
      "an invalid expiry",
      { north: { accessToken: "pina_5ecret", expiresAt: "tomorrow" } },
      /an `expiresAt` that is not an ISO 8601 date/,
    ],
    [
      "an expiry in seconds",
      { north: { accessToken: "pina_5ecret", expiresAt: 1_900_000_000 } },
      /milliseconds since 1970/,
    ],
    [
      "an expired token",
      { north: { accessToken: "pina_5ecret", expiresAt: "2026-12-31" } },
      /a token that expired on 2026-12-31T00:00:00.000Z for account 'north'/,
    ],
    [
      "a string as `revoked`",
      { north: { revoked: "yes 815" } },
      /a `revoked` that is neither true nor false for account 'north'/,
    ],
  ])("%s", async (_what, printed, problem) => {
    const { credentialsOf, runs } = setUpCommand(() => printed);
    const error = await failureOf(credentialsOf("north").accessToken());
    expect(error.message).toMatch(problem);
    expect(error.message).toMatch(remedy);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/5ecret|815/);
    expect(error.message.length).toBeLessThanOrEqual(500);
    await expect(credentialsOf("north").accessToken()).rejects.toThrow(problem);
    expect(runs).toHaveLength(1);
  });

  test("a failed run fails all accounts of that run, and no others", async () => {
    const { credentialsOf, runs } = setUpCommand((names, run) => {
      const failing = { argv: [process.execPath, "-e", "process.exitCode = 3"] } as const;
      return run === 1
        ? runCommand(failing, "", { timeoutMs: 60_000, environment: {} })
        : printTokens(names, run);
    });
    const outcomes = await Promise.allSettled([
      credentialsOf("north").accessToken(),
      credentialsOf("south").accessToken(),
    ]);
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.message)).toEqual([
      expect.stringMatching(new RegExp(`^${commandFailed("exited with code 3")}\\. Run .*"north"`)),
      expect.stringMatching(new RegExp(`^${commandFailed("exited with code 3")}\\. Run .*"south"`)),
    ]);
    expect(await credentialsOf("east").accessToken()).toBe("pina_5ecret_east_2");
    expect(runs).toEqual([["north", "south"], ["east"]]);
  });

  test("a run that cannot start fails the accounts of that run, and no others", async () => {
    let canRead = false;
    const { credentialsOf } = setUpCommand(printTokens, () => {
      if (canRead) return [];
      throw new Error("cannot read the program");
    });
    await expect(credentialsOf("north").accessToken()).rejects.toThrow("cannot read the program");
    canRead = true;
    expect(await credentialsOf("south").accessToken()).toBe("pina_5ecret_south_1");
  });

  test("hides the message of an unexpected error", async () => {
    const { credentialsOf } = setUpCommand(() => {
      throw new TypeError("5ecret");
    });
    await expect(credentialsOf("north").accessToken()).rejects.toThrow(
      new RegExp(`^${commandFailed("failed with an unexpected error \\(TypeError\\)")}\\. Run`),
    );
  });

  test("reports a revoked account with the reason, in one line and without secrets", async () => {
    const reason = "merchant left\non 2 May, token pina_5ecret0123456789.";
    const { credentialsOf } = setUpCommand(() => ({ north: { revoked: true, reason } }));
    const error = await failureOf(credentialsOf("north").accessToken());
    expect(error).toBeInstanceOf(AccountRevoked);
    expect(error.message).toMatch(
      new RegExp(
        `^the account command reports account 'north' as revoked: merchant left on 2 May, token ${pattern(redacted)}\\S*\\. The merchant must connect`,
      ),
    );
    expect(error.message).not.toContain("5ecret");
  });

  test("accepts an account named __proto__", async () => {
    const { credentialsOf } = setUpCommand(() => '{"__proto__": "pina_a"}');
    expect(await credentialsOf("__proto__").accessToken()).toBe("pina_a");
    // Every object in JavaScript inherits a value of this name, which does not count as printed.
    const withoutToken = setUpCommand(() => ({})).credentialsOf("__proto__");
    await expect(withoutToken.accessToken()).rejects.toThrow("printed no token for account");
  });
});
