import { describe, expect, test } from "@jest/globals";
import { AccountRevoked } from "../../provider/api/credentials";
import { Clients, readConfiguration } from "../../provider/config";
import { forgetUnreachable, forgotten, notRead, repeatWithConfiguration } from "../expected/messages";
import { hostWith } from "../run-context";
import { failureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

// test/promises/unreachable has the commands on a stack with such an account.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1", partnerAccessToken: "hidden" };
type Policy = "fail" | "keep" | "forget";
const policies = ["fail", "keep", "forget"] as const;

function respondWith(status: number, code: number) {
  return stage.emulator.armFault({ kind: "response", status, body: { code, message: "no" }, times: "all" });
}

// test/api/error-mapping has the other responses that refuse an account.
describe.each([
  ["a revoked token", 401, 2],
  ["an app without access", 403, 29],
])("%s (HTTP %d, code %d)", (_what, status, code) => {
  test("fails a read, or returns the last known values with a warning if `whenUnreachable` allows it", async () => {
    const outputs = await stage.created(inputs);
    respondWith(status, code);
    await failureOf(stage.process().read("shop-1", outputs));
    for (const whenUnreachable of ["keep", "forget"] as const) {
      const process = stage.process({ whenUnreachable });
      expect(await process.read("shop-1", outputs)).toStrictEqual({ inputs, outputs });
    }
    const warning = `HTTP ${status}, code ${code}`;
    expect(stage.notes).toEqual([expect.stringContaining(warning), expect.stringContaining(warning)]);
    expect(stage.notes[0]).toContain(notRead("shop-1", "the default account"));
    expect(stage.notes.join()).not.toContain("hidden");
  });

  test("fails a delete with remedies, or removes the integration from state with a warning if `whenUnreachable` allows it", async () => {
    const outputs = await stage.created(inputs);
    respondWith(status, code);
    for (const whenUnreachable of ["fail", "keep"] as const) {
      const { message } = await failureOf(stage.process({ whenUnreachable }).delete("shop-1", outputs));
      expect(message).toContain(`${repeatWithConfiguration}. If it will not, ${forgetUnreachable}`);
    }
    expect(stage.notes).toEqual([]);
    await stage.process({ whenUnreachable: "forget" }).delete("shop-1", outputs);
    expect(stage.notes).toEqual([
      expect.stringMatching(
        new RegExp(
          `${forgotten("'shop-1' \\(integration ID \\d+\\)", "the default account")}.*HTTP 40[13].*its owner must disconnect`,
          "s",
        ),
      ),
    ]);
    expect(stage.emulator.integrations()).toHaveLength(1);
  });
});

/** Failures that are temporary, or about one integration. */
const others = {
  "a server error": () => respondWith(503, 0),
  "a rate limit": () => respondWith(429, 8),
  "an invalid request": () => respondWith(400, 1),
  "a lost connection": () => stage.emulator.armFault({ kind: "reset", times: "all" }),
  "a response that is not an integration": () =>
    stage.emulator.armFault({ kind: "response", status: 200, body: {}, times: "all" }),
  "a proxy's 403": () =>
    stage.emulator.armFault({ kind: "response", status: 403, body: "<html></html>", times: "all" }),
  "another owner": () => stage.emulator.change("shop-1", {}, { account: "shop-2" }),
};

test.each(
  Object.entries(others).flatMap(([what, arm]) =>
    (["keep", "forget"] as const).map((policy) => [what, policy, arm] as const),
  ),
)("%s fails reads and deletes also with `whenUnreachable: %s`", async (_what, whenUnreachable, arm) => {
  const outputs = await stage.created(inputs);
  arm();
  await failureOf(stage.process({ whenUnreachable }).read("shop-1", outputs));
  await failureOf(stage.process({ whenUnreachable }).delete("shop-1", outputs));
  expect(stage.notes).toEqual([]);
});

test("a missing integration is missing with any configuration", async () => {
  const outputs = await stage.created(inputs);
  stage.passConsistencyTimeout();
  stage.emulator.remove("shop-1");
  expect(await stage.process({ whenUnreachable: "keep" }).read("shop-1", outputs)).toBeUndefined();
});

/** The operations of a process with this configuration. */
function configured(settings: Record<string, string>, whenUnreachable: Policy) {
  const configuration = readConfiguration((key) => settings[key], hostWith());
  const clients = new Clients(configuration);
  return openOperations({
    ...stage.dependencies({ whenUnreachable }),
    client: (account) => clients.client(account),
  });
}

test.each([
  ["an invalid address of the API", { accessToken: "pina_default", apiUrl: "http://pinterest.example" }],
  ["no token for any account", { account: "nobody" }],
  ["no token for the default account", { accounts: '{"other":"pina_other"}' }],
  ["a token in the place of a name", { accessToken: "pina_default", account: `pina_${"x".repeat(20)}` }],
])(
  "%s is an error with any configuration",
  async (_what, { account, ...settings }: Record<string, string>) => {
    const outputs = { ...inputs, ...(account === undefined ? {} : { account }), __managed: "tA" };
    for (const policy of policies) {
      // Some configurations are refused before an operation.
      await failureOf((async () => configured(settings, policy).read("shop-1", outputs))());
      await failureOf((async () => configured(settings, policy).delete("shop-1", outputs))());
    }
    expect(stage.notes).toEqual([]);
  },
);

/** A process whose account gets this error instead of a token. */
const processFailingWith = (error: Error, whenUnreachable: Policy) =>
  stage.process({ whenUnreachable, client: { credentials: { accessToken: () => Promise.reject(error) } } });

test("an account whose merchant has revoked the access is unreachable", async () => {
  const outputs = await stage.created(inputs);
  const revoked = new AccountRevoked("the merchant has disconnected");
  await failureOf(processFailingWith(revoked, "fail").read("shop-1", outputs));
  expect((await processFailingWith(revoked, "keep").read("shop-1", outputs))?.outputs).toStrictEqual(outputs);
  await processFailingWith(revoked, "forget").delete("shop-1", outputs);
  expect(stage.notes).toHaveLength(2);
});

test.each(policies)(
  "an account without a token for now is not unreachable, with `whenUnreachable: %s`",
  async (policy) => {
    const outputs = await stage.created(inputs);
    const process = processFailingWith(new Error("the command for tokens ended with 1"), policy);
    await failureOf(process.read("shop-1", outputs));
    await failureOf(process.delete("shop-1", outputs));
    expect(stage.notes).toEqual([]);
  },
);

test("fails lookups, which have no last known values, and writes", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ whenUnreachable: "forget" });
  const lookup = { externalBusinessId: "shop-1", __lookup: true };
  for (const call of [
    process.read("shop-1", lookup),
    process.create({ externalBusinessId: "new" }),
    process.update("shop-1", outputs, { ...inputs, connectedTagId: "7" }),
  ])
    expect(await failureOf(call)).toMatchObject({ status: 401 });
});
