import { describe, expect, test } from "@jest/globals";
import { AccountRevoked } from "../../../provider/api/credentials";
import { runCommand } from "../../../provider/api/credentials/account-command";
import { commanded, vault } from "./helpers/command";
import { day, minute } from "./helpers/refreshing";

describe("runs", () => {
  test("requests tokens that are needed at the same time in one run", async () => {
    const { of, runs } = commanded(vault);
    const tokens = await Promise.all(["a", "b", "a", "c"].map((name) => of(name).accessToken()));
    expect(tokens).toEqual(["a", "b", "a", "c"].map((name) => `pina_5ecret_${name}_1`));
    expect(await of("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b", "c"]]);
  });

  test("starts the next run after the current one, for all accounts that were needed meanwhile", async () => {
    const first = Promise.withResolvers<void>();
    const { of, runs, clock } = commanded(async (names, run) => {
      if (run === 1) await first.promise;
      return vault(names, run);
    });
    const a = of("a").accessToken();
    while (runs.length === 0) await clock.sleep(1);
    const others = Promise.all([of("b").accessToken(), of("c").accessToken()]);
    expect(runs).toEqual([["a"]]);
    first.resolve();
    await Promise.all([a, others]);
    expect(runs).toEqual([["a"], ["b", "c"]]);
  });

  test("uses tokens that the command prints for other accounts", async () => {
    const first = Promise.withResolvers<void>();
    const { of, runs, clock } = commanded(async (_names, run) => {
      await first.promise;
      return vault(["a", "b", "c"], run);
    });
    const a = of("a").accessToken();
    while (runs.length === 0) await clock.sleep(1);
    // Needed during the run, which also prints its token.
    const b = of("b").accessToken();
    first.resolve();
    expect([await a, await b, await of("c").accessToken()]).toEqual([
      "pina_5ecret_a_1",
      "pina_5ecret_b_1",
      "pina_5ecret_c_1",
    ]);
    expect(runs).toEqual([["a"]]);
  });

  test("accepts a token for an account that failed, or is expected, from a run for others", async () => {
    const { of, runs, command } = commanded((names, run) => {
      command.expect("late");
      return run === 1 ? {} : vault(run === 2 ? [...names, "a", "late"] : names, run);
    });
    await expect(of("a").accessToken()).rejects.toThrow("printed no token for account");
    expect(await of("b").accessToken()).toBe("pina_5ecret_b_2");
    expect(await of("a").accessToken()).toBe("pina_5ecret_a_2");
    expect(await of("a").renew?.("pina_5ecret_a_1")).toBe(true);
    await of("c").accessToken();
    expect(runs).toEqual([["a"], ["b", "late"], ["c"]]);
  });

  test("includes expected accounts in the next run, and starts none for them", async () => {
    const { of, runs, command, clock } = commanded(vault);
    for (const name of ["a", "b", "c"]) command.expect(name);
    await clock.sleep(1000);
    expect(runs).toEqual([]);
    await of("b").accessToken();
    await of("c").accessToken();
    expect(runs).toEqual([["b", "a", "c"]]);
  });

  test("asks for further accounts right before a run, except those with a token or a failure", async () => {
    const asked: (readonly string[])[] = [];
    let others = ["b", "c", "unknown"];
    const { of, runs } = commanded(
      (names, run) =>
        vault(
          names.filter((name) => name !== "unknown"),
          run,
        ),
      (names) => {
        asked.push(names);
        return others;
      },
    );
    await of("a").accessToken();
    await of("b").accessToken();
    others = [...others, "e"];
    await of("d").accessToken();
    expect(runs).toEqual([
      ["a", "b", "c", "unknown"],
      ["d", "e"],
    ]);
    expect(asked).toEqual([["a"], ["d"]]);
    await expect(of("unknown").accessToken()).rejects.toThrow("printed no token for account");
  });

  test("a caller that cancels does not cancel the run of others", async () => {
    const { of, runs } = commanded(vault);
    const impatient = new AbortController();
    const given = of("a").accessToken(impatient.signal);
    const other = of("a").accessToken();
    impatient.abort(new Error("given up"));
    await expect(given).rejects.toThrow("given up");
    expect(await other).toBe("pina_5ecret_a_1");
    expect(runs).toHaveLength(1);
  });
});

describe("renewal", () => {
  const withExpiry = (life: number) => (names: string[], run: number) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        { accessToken: `pina_${name}_${run}`, expiresAt: Date.UTC(2027, 0, 1) + run * life },
      ]),
    );

  test("runs the command again before a token expires", async () => {
    const { of, runs, clock } = commanded(withExpiry(60 * minute));
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 55 * minute - 1;
    expect(await of("a").accessToken()).toBe("pina_a_1");
    clock.time += 10;
    expect(await of("a").accessToken()).toBe("pina_a_2");
    expect(runs).toHaveLength(2);
  });

  test.each([{}, { expiresAt: null }, { revoked: false, expiresAt: undefined }])(
    "keeps a token without expiry: %j",
    async (more) => {
      const { of, runs, clock } = commanded(() => ({ a: { accessToken: "pina_a", ...more } }));
      await of("a").accessToken();
      clock.time += 1000 * day;
      expect(await of("a").accessToken()).toBe("pina_a");
      expect(runs).toHaveLength(1);
    },
  );

  test("runs the command once more, not for each request, if it keeps printing a token that is about to expire", async () => {
    const expiresAt = new Date(Date.UTC(2027, 0, 1) + 60 * minute).toISOString();
    const { of, runs, clock } = commanded(() => ({ a: { accessToken: "pina_a", expiresAt } }));
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 56 * minute;
    for (let request = 0; request < 100; request += 1) expect(await of("a").accessToken()).toBe("pina_a");
    expect(runs).toHaveLength(2);
    clock.time = Date.UTC(2027, 0, 1) + 60 * minute;
    await expect(of("a").accessToken()).rejects.toThrow(
      /a token that expired on 2027-01-01T01:00:00.000Z for account 'a'/,
    );
  });

  test.each([
    ["prints no JSON", "oops"],
    ["prints no token", {}],
    ["prints an invalid token", { a: "" }],
  ])("uses a token until it expires if the next run %s", async (_what, printed) => {
    const { of, runs, clock } = commanded((names, run) =>
      run === 1 ? withExpiry(60 * minute)(names, run) : printed,
    );
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 58 * minute;
    expect(await of("a").accessToken()).toBe("pina_a_1");
    expect(await of("a").accessToken()).toBe("pina_a_1");
    expect(runs).toHaveLength(2);
  });

  test("replaces a rejected token once for all requests", async () => {
    const { of, runs } = commanded(vault);
    await Promise.all([of("a").accessToken(), of("b").accessToken()]);
    const renewed = await Promise.all([1, 2].map(() => of("a").renew?.("pina_5ecret_a_1")));
    expect(renewed).toEqual([true, true]);
    expect(await of("a").renew?.("pina_5ecret_a_1")).toBe(true);
    expect(await of("a").accessToken()).toBe("pina_5ecret_a_2");
    expect(await of("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b"], ["a"]]);
  });

  test("does not run the command a third time if it prints a rejected token again", async () => {
    const { of, runs } = commanded(() => ({ a: "pina_a" }));
    await of("a").accessToken();
    expect(await of("a").renew?.("pina_a")).toBe(false);
    expect(await of("a").renew?.("pina_a")).toBe(false);
    expect(runs).toHaveLength(2);
  });

  test("reports an account that the second run prints as revoked", async () => {
    const { of } = commanded((names, run) => (run === 1 ? vault(names, run) : { a: { revoked: true } }));
    await of("a").accessToken();
    await expect(of("a").renew?.("pina_5ecret_a_1")).rejects.toThrow(AccountRevoked);
    const error = await of("a")
      .accessToken()
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AccountRevoked);
    expect(error.message).toBe(
      "the account command reports account 'a' as revoked. The merchant must connect to the app again",
    );
  });
});

test("warns once per account about tokens that expire within a week, and names five accounts", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `shop-${index + 1}`);
  const { of, notes } = commanded((asked) =>
    Object.fromEntries(asked.map((name) => [name, { accessToken: "pina_a", expiresAt: "2027-01-03" }])),
  );
  await Promise.all(names.map((name) => of(name).accessToken()));
  await of("shop-1").renew?.("pina_a");
  expect(notes[0]).toBe(
    "The access token of account 'shop-1' expires on 2027-01-03, in 2 days: replace it before that date.",
  );
  expect(notes).toHaveLength(6);
  expect(notes[5]).toMatch(/There are more accounts with this problem, which are not listed\.$/);
});

describe("failures name the account and the remedy, and never contain the output", () => {
  const remedy =
    /\. Run the command in pinterest:accountCommand with \{"accounts":\["north"\]\} on standard input, and check its output$/;

  test.each<[string, unknown, RegExp]>([
    ["no JSON", "pina_5ecret", /did not print a JSON object such as/],
    ["nothing", "", /did not print a JSON object/],
    ["an array", ["pina_5ecret"], /did not print a JSON object/],
    ["other names only", { south: "pina_5ecret" }, /printed no token for account 'north'/],
    [
      "a number",
      { north: 815 },
      /printed no `accessToken`, or one that is not a string, for account 'north'/,
    ],
    ["null", { north: null }, /printed no `accessToken`, or one that is not a string, for account 'north'/],
    [
      "an object with other properties",
      { north: { token: "pina_5ecret" } },
      /printed no `accessToken`, or one that is not a string, for account 'north'/,
    ],
    ["an empty token", { north: "" }, /printed an access token that is empty for account 'north'/],
    [
      "a token with a line break",
      { north: "pina_5ecret\n" },
      /printed an access token that contains whitespace, a line break/,
    ],
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
    const { of, runs } = commanded(() => printed);
    const error: Error = await of("north")
      .accessToken()
      .then(
        () => new Error("expected a failure"),
        (thrown) => thrown,
      );
    expect(error.message).toMatch(problem);
    expect(error.message).toMatch(remedy);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/5ecret|815/);
    expect(error.message.length).toBeLessThanOrEqual(500);
    await expect(of("north").accessToken()).rejects.toThrow(problem);
    expect(runs).toHaveLength(1);
  });

  test("a failed run fails all accounts of that run, and no others", async () => {
    const { of, runs } = commanded((names, run) => {
      const failing = { argv: [process.execPath, "-e", "process.exitCode = 3"] } as const;
      return run === 1 ? runCommand(failing, "", 60_000) : vault(names, run);
    });
    const outcomes = await Promise.allSettled([of("north").accessToken(), of("south").accessToken()]);
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.message)).toEqual([
      expect.stringMatching(/^the account command exited with code 3\. Run .*"north"/),
      expect.stringMatching(/^the account command exited with code 3\. Run .*"south"/),
    ]);
    expect(await of("east").accessToken()).toBe("pina_5ecret_east_2");
    expect(runs).toEqual([["north", "south"], ["east"]]);
  });

  test("a run that cannot start fails the accounts of that run, and no others", async () => {
    let canRead = false;
    const { of } = commanded(vault, () => {
      if (canRead) return [];
      throw new Error("cannot read the program");
    });
    await expect(of("north").accessToken()).rejects.toThrow("cannot read the program");
    canRead = true;
    expect(await of("south").accessToken()).toBe("pina_5ecret_south_1");
  });

  test("does not show what a failure to run the command says", async () => {
    const { of } = commanded(() => {
      throw new TypeError("5ecret");
    });
    await expect(of("north").accessToken()).rejects.toThrow(/^the account command cannot be run\. Run/);
  });

  test("reports a revoked account with the reason, in one line and without secrets", async () => {
    const reason = "merchant left\non 2 May, token pina_5ecret0123456789.";
    const { of } = commanded(() => ({ north: { revoked: true, reason } }));
    const error: Error = await of("north")
      .accessToken()
      .then(
        () => new Error("expected a failure"),
        (thrown) => thrown,
      );
    expect(error).toBeInstanceOf(AccountRevoked);
    expect(error.message).toMatch(
      /^the account command reports account 'north' as revoked: merchant left on 2 May, token \[redacted\]\S*\. The merchant must connect/,
    );
    expect(error.message).not.toContain("5ecret");
  });

  test.each(["__proto__", "constructor", "toString"])("accepts an account named %s", async (name) => {
    const { of } = commanded(() => `{${JSON.stringify(name)}: "pina_a"}`);
    expect(await of(name).accessToken()).toBe("pina_a");
    await expect(
      commanded(() => ({}))
        .of(name)
        .accessToken(),
    ).rejects.toThrow("printed no token for account");
  });
});
