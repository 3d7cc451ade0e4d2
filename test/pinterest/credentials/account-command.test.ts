import { describe, expect, test } from "@jest/globals";
import { AccountRevoked } from "../../../provider/pinterest/credentials";
import { CommandFailure } from "../../../provider/pinterest/credentials/command-run";
import { commanded, vault } from "./helpers/command";
import { day, minute } from "./helpers/refreshing";

describe("runs", () => {
  test("accounts that are wanted at once are asked for together, each once", async () => {
    const { of, runs } = commanded(vault);
    const tokens = await Promise.all(["a", "b", "a", "c"].map((name) => of(name).accessToken()));
    expect(tokens).toEqual(["a", "b", "a", "c"].map((name) => `pina_5ecret_${name}_1`));
    expect(await of("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b", "c"]]);
  });

  test("what is wanted during a run waits for its end, and is then asked for together", async () => {
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

  test("a command that prints all it has is run once", async () => {
    const first = Promise.withResolvers<void>();
    const { of, runs, clock } = commanded(async (_names, run) => {
      await first.promise;
      return vault(["a", "b", "c"], run);
    });
    const a = of("a").accessToken();
    while (runs.length === 0) await clock.sleep(1);
    // Wanted while it runs: answered by what it prints beyond what it was asked for.
    const b = of("b").accessToken();
    first.resolve();
    expect([await a, await b, await of("c").accessToken()]).toEqual([
      "pina_5ecret_a_1",
      "pina_5ecret_b_1",
      "pina_5ecret_c_1",
    ]);
    expect(runs).toEqual([["a"]]);
  });

  test("accounts that are expected are asked for with the first that is wanted, and start no run by themselves", async () => {
    const { of, runs, command, clock } = commanded(vault);
    for (const name of ["a", "b", "c"]) command.expect(name);
    await clock.sleep(1000);
    expect(runs).toEqual([]);
    await of("b").accessToken();
    await of("c").accessToken();
    expect(runs).toEqual([["b", "a", "c"]]);
  });

  test("what else is wanted is found out right before a run, and asked for with it, unless it was answered or refused", async () => {
    const asked: (readonly string[])[] = [];
    let others = ["b", "c", "unheard-of"];
    const { of, runs } = commanded(
      (names, run) =>
        vault(
          names.filter((name) => name !== "unheard-of"),
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
      ["a", "b", "c", "unheard-of"],
      ["d", "e"],
    ]);
    expect(asked).toEqual([["a"], ["d"]]);
    await expect(of("unheard-of").accessToken()).rejects.toThrow("printed nothing for it");
  });

  test("a caller that gives up leaves the run to the others", async () => {
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

  test("a token is asked for again before its end", async () => {
    const { of, runs, clock } = commanded(withExpiry(60 * minute));
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 55 * minute - 1;
    expect(await of("a").accessToken()).toBe("pina_a_1");
    clock.time += 10;
    expect(await of("a").accessToken()).toBe("pina_a_2");
    expect(runs).toHaveLength(2);
  });

  test("a token without an end is never asked for again", async () => {
    const { of, runs, clock } = commanded(vault);
    await of("a").accessToken();
    clock.time += 1000 * day;
    expect(await of("a").accessToken()).toBe("pina_5ecret_a_1");
    expect(runs).toHaveLength(1);
  });

  test("a command that keeps its token to the end is not run with each request", async () => {
    const expiresAt = new Date(Date.UTC(2027, 0, 1) + 60 * minute).toISOString();
    const { of, runs, clock } = commanded(() => ({ a: { accessToken: "pina_a", expiresAt } }));
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 56 * minute;
    for (let request = 0; request < 100; request += 1) expect(await of("a").accessToken()).toBe("pina_a");
    expect(runs).toHaveLength(2);
    clock.time = Date.UTC(2027, 0, 1) + 60 * minute;
    await expect(of("a").accessToken()).rejects.toThrow(/a token for it that expired on 2027-01-01T01:00:00/);
  });

  test("where a run fails, the token is used to its end", async () => {
    const { of, runs, clock } = commanded((names, run) =>
      run === 1 ? withExpiry(60 * minute)(names, run) : "oops",
    );
    await of("a").accessToken();
    clock.time = Date.UTC(2027, 0, 1) + 58 * minute;
    expect(await of("a").accessToken()).toBe("pina_a_1");
    expect(await of("a").accessToken()).toBe("pina_a_1");
    expect(runs).toHaveLength(2);
  });

  test("a refused token is asked for again, once for all whose requests were refused", async () => {
    const { of, runs } = commanded(vault);
    await Promise.all([of("a").accessToken(), of("b").accessToken()]);
    const renewed = await Promise.all([1, 2].map(() => of("a").renew?.("pina_5ecret_a_1")));
    expect(renewed).toEqual([true, true]);
    expect(await of("a").renew?.("pina_5ecret_a_1")).toBe(true);
    expect(await of("a").accessToken()).toBe("pina_5ecret_a_2");
    expect(await of("b").accessToken()).toBe("pina_5ecret_b_1");
    expect(runs).toEqual([["a", "b"], ["a"]]);
  });

  test("a command that prints the refused token again is not asked a third time", async () => {
    const { of, runs } = commanded(() => ({ a: "pina_a" }));
    await of("a").accessToken();
    expect(await of("a").renew?.("pina_a")).toBe(false);
    expect(await of("a").renew?.("pina_a")).toBe(false);
    expect(runs).toHaveLength(2);
  });

  test("a command that fails when it is asked again is told of", async () => {
    const { of } = commanded((names, run) => (run === 1 ? vault(names, run) : { a: { revoked: true } }));
    await of("a").accessToken();
    await expect(of("a").renew?.("pina_5ecret_a_1")).rejects.toThrow(AccountRevoked);
    await expect(of("a").accessToken()).rejects.toThrow(AccountRevoked);
  });
});

test("tokens that end within a week are told of once, of many accounts the first ones", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `shop-${index + 1}`);
  const { of, notes } = commanded((asked) =>
    Object.fromEntries(asked.map((name) => [name, { accessToken: "pina_a", expiresAt: "2027-01-03" }])),
  );
  await Promise.all(names.map((name) => of(name).accessToken()));
  await of("shop-1").renew?.("pina_a");
  expect(notes[0]).toBe(
    "The access token of account 'shop-1' expires on 2027-01-03, in 2 days: see to a new one.",
  );
  expect(notes).toHaveLength(6);
  expect(notes[5]).toMatch(/Further accounts in the same condition are not named\.$/);
});

describe("a failure is told by the account's name, with what to do, and never with what was printed", () => {
  const byHand =
    /leaves account 'north' without one: run it by hand \(pinterest:accountCommand\), with \{"accounts":\["north"\]\}/;

  test.each<[string, unknown, RegExp]>([
    ["no JSON", "pina_5ecret", /printed something else than a JSON object/],
    ["nothing", "", /printed something else than a JSON object/],
    ["a list", ["pina_5ecret"], /printed something else than a JSON object/],
    ["other names only", { south: "pina_5ecret" }, /printed nothing for it/],
    ["a number", { north: 815 }, /printed no `accessToken` for it that is a text/],
    ["null", { north: null }, /printed no `accessToken` for it that is a text/],
    [
      "an object of another kind",
      { north: { token: "pina_5ecret" } },
      /printed no `accessToken` for it that is a text/,
    ],
    ["an empty token", { north: "" }, /printed an access token for it that is empty/],
    [
      "a token with a line end",
      { north: "pina_5ecret\n" },
      /printed an access token for it that has a blank/,
    ],
    [
      "a moment that is none",
      { north: { accessToken: "pina_5ecret", expiresAt: "tomorrow" } },
      /an `expiresAt` for it that is no moment/,
    ],
    [
      "seconds for milliseconds",
      { north: { accessToken: "pina_5ecret", expiresAt: 1_900_000_000 } },
      /milliseconds since 1970/,
    ],
    [
      "a token that has expired",
      { north: { accessToken: "pina_5ecret", expiresAt: "2026-12-31" } },
      /a token for it that expired on 2026-12-31T/,
    ],
    [
      "revoked as a text",
      { north: { revoked: "yes 815" } },
      /a `revoked` for it that is neither true nor false/,
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
    expect(error.message).toMatch(byHand);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/5ecret|815/);
    expect(error.message.length).toBeLessThanOrEqual(500);
    await expect(of("north").accessToken()).rejects.toThrow(problem);
    expect(runs).toHaveLength(1);
  });

  test("a command that fails is the failure of all names of that run, and no other", async () => {
    const { of, runs } = commanded((names, run) => {
      if (run === 1) throw new CommandFailure("ended with exit code 3");
      return vault(names, run);
    });
    const outcomes = await Promise.allSettled([of("north").accessToken(), of("south").accessToken()]);
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.message)).toEqual([
      expect.stringMatching(/^the account command ended with exit code 3, which leaves account 'north'/),
      expect.stringMatching(/^the account command ended with exit code 3, which leaves account 'south'/),
    ]);
    expect(await of("east").accessToken()).toBe("pina_5ecret_east_2");
    expect(runs).toEqual([["north", "south"], ["east"]]);
  });

  test("a revoked account is one, with the reason in one line and without its secrets", async () => {
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
      /^account 'north' is revoked, says the account command: merchant left on 2 May, token \[redacted\]\S*\. The merchant must connect/,
    );
    expect(error.message).not.toContain("5ecret");
  });

  test.each(["__proto__", "constructor", "toString"])("an account may be called %s", async (name) => {
    const { of } = commanded(() => `{${JSON.stringify(name)}: "pina_a"}`);
    expect(await of(name).accessToken()).toBe("pina_a");
    await expect(
      commanded(() => ({}))
        .of(name)
        .accessToken(),
    ).rejects.toThrow("printed nothing for it");
  });
});
