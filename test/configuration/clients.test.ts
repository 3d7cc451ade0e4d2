import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients } from "../../provider/configuration";
import { configured, type Values } from "./helpers/configuration";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

function clients(values: Values = {}): Clients {
  return new Clients(configured({ apiUrl: emulator.url, maxAttempts: "1", ...values }));
}

const json = JSON.stringify;

test("the default account has its token, each named one its own", async () => {
  const made = clients({
    accessToken: emulator.token("shop-1"),
    accounts: json({ b: emulator.token("shop-2") }),
  });
  await made.client(undefined).listIntegrations();
  await made.client("b").listIntegrations();
  await made.client("b").listIntegrations();
  expect(emulator.counters().accounts).toEqual({ "shop-1": { GET: 1 }, "shop-2": { GET: 2 } });
});

test("an account has one client, however often it is asked for", () => {
  const made = clients({ accessToken: "pina_a", accounts: '{"b":"pina_b"}' });
  expect(made.client("b")).toBe(made.client("b"));
  expect(made.client(undefined)).toBe(made.client(undefined));
  expect(made.client("b")).not.toBe(made.client(undefined));
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "an account called %s is one like any other",
  async (name) => {
    expect(() => clients({ accessToken: "pina_a" }).client(name)).toThrow(
      `no access token for account '${name}'`,
    );
    await clients({ accounts: `{${json(name)}:${json(emulator.token("shop-2"))}}` })
      .client(name)
      .listIntegrations();
    expect(emulator.counters().accounts).toEqual({ "shop-2": { GET: 1 } });
  },
);

test("the configured time for a request is the client's", async () => {
  emulator.armFault({ kind: "hang", times: "all" });
  const call = clients({ accessToken: emulator.token(), requestTimeout: "0.02" })
    .client(undefined)
    .listIntegrations();
  await expect(call).rejects.toMatchObject({ kind: "timeout", timeoutMs: 20 });
});

test("an address that is none is refused, without repeating it", () => {
  const ask = () =>
    clients({ accessToken: "pina_a", apiUrl: "http://user:5ecret@10.0.0.1" }).client(undefined);
  expect(ask).toThrow(/apiUrl/);
  expect(ask).not.toThrow(/5ecret/);
});
