import { describe, expect, test } from "@jest/globals";
import { AccountRevoked } from "../../provider/api/credentials";
import { Clients, readConfiguration } from "../../provider/config";
import { hostWith } from "../run-context";
import { failureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1", partnerAccessToken: "hidden" };
const policies = ["fail", "keep", "forget"] as const;

/** Responses that reject the account. */
const refusals = {
  "a revoked token": () => stage.emulator.setAccount("shop-1", { revoked: true }),
  "a missing scope": () => respondWith(401, 3),
  "a token without permissions": () => respondWith(401, 29),
  "an app without access": () => respondWith(403, 29),
  "an account that was disapproved": () => respondWith(403, 2625),
  "an account under review": () => respondWith(403, 2626),
};

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

function respondWith(status: number, code: number) {
  return stage.emulator.armFault({ kind: "response", status, body: { code, message: "no" }, times: "all" });
}

describe.each(Object.entries(refusals))("%s", (_what, refuse) => {
  test("fails a read, or returns the last known values if `whenUnreachable` allows it", async () => {
    const outputs = await stage.created(inputs);
    refuse();
    await failureOf(stage.process().read("shop-1", outputs));
    for (const whenUnreachable of ["keep", "forget"] as const) {
      stage.notes.length = 0;
      expect(await stage.process({ whenUnreachable }).read("shop-1", outputs)).toStrictEqual({
        inputs,
        outputs,
      });
      expect(stage.notes).toEqual([
        expect.stringMatching(
          /integration 'shop-1' was not read, .* the default account cannot be accessed: .*HTTP 40[13], code \d+/,
        ),
      ]);
    }
  });

  test("fails a delete with remedies, or removes the integration from state with a warning if `whenUnreachable` allows it", async () => {
    const outputs = await stage.created(inputs);
    refuse();
    for (const whenUnreachable of ["fail", "keep"] as const) {
      const { message } = await failureOf(stage.process({ whenUnreachable }).delete("shop-1", outputs));
      expect(message).toMatch(/deleting commerce integration "shop-1" failed: .*HTTP 40[13]/);
      expect(message).toMatch(/--run-program.*PINTEREST_WHEN_UNREACHABLE=forget.*pulumi state delete/s);
    }
    expect(stage.notes).toEqual([]);
    await stage.process({ whenUnreachable: "forget" }).delete("shop-1", outputs);
    expect(stage.notes).toEqual([
      expect.stringMatching(
        /'shop-1' \(integration ID \d+\) was NOT deleted at Pinterest.*HTTP 40[13].*its owner must disconnect/s,
      ),
    ]);
    expect(stage.emulator.integrations()).toHaveLength(1);
  });
});

describe.each(Object.entries(others))("%s", (_what, arm) => {
  test.each(policies)("fails reads and deletes with any configuration: %s", async (policy) => {
    const outputs = await stage.created(inputs);
    arm();
    const process = stage.process({ whenUnreachable: policy });
    await failureOf(process.read("shop-1", outputs));
    await failureOf(stage.process({ whenUnreachable: policy }).delete("shop-1", outputs));
    expect(stage.notes).toEqual([]);
  });
});

test("returns undefined for a missing integration with any configuration", async () => {
  const outputs = await stage.created(inputs);
  stage.passConsistencyTimeout();
  stage.emulator.remove("shop-1");
  expect(await stage.process({ whenUnreachable: "keep" }).read("shop-1", outputs)).toBeUndefined();
});

const nobody = { ...inputs, account: "nobody", __managed: "tA" };

/** The operations of a process with this configuration. */
function configured(settings: Record<string, string>, whenUnreachable: "fail" | "keep" | "forget") {
  const configuration = readConfiguration((key) => settings[key], hostWith());
  const clients = new Clients(configuration);
  return openOperations({
    ...stage.dependencies({ whenUnreachable }),
    client: (account) => clients.client(account),
  });
}

test("an account without a token is unreachable if other accounts have one", async () => {
  const process = (policy: "fail" | "keep" | "forget") =>
    configured({ accounts: '{"other":"pina_other"}', apiUrl: stage.emulator.url }, policy);
  const message = /no access token for account 'nobody'/;
  expect((await failureOf(process("fail").read("shop-1", nobody))).message).toMatch(message);
  expect((await process("keep").read("shop-1", nobody))?.outputs).toStrictEqual(nobody);
  expect((await failureOf(process("keep").delete("shop-1", nobody))).message).toMatch(message);
  await process("forget").delete("shop-1", nobody);
  expect(stage.notes).toEqual([
    expect.stringContaining("account 'nobody' cannot be accessed"),
    expect.stringMatching(
      /^WARNING: integration 'shop-1' was NOT deleted .* account 'nobody' cannot be accessed/,
    ),
  ]);
  expect(stage.methods()).toEqual([]);
});

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

const withCredentials = (error: Error, whenUnreachable: "fail" | "keep" | "forget") =>
  stage.process({ whenUnreachable, client: { credentials: { accessToken: () => Promise.reject(error) } } });

test("an account whose merchant has revoked the access is unreachable", async () => {
  const outputs = await stage.created(inputs);
  const revoked = new AccountRevoked("the merchant has disconnected");
  await failureOf(withCredentials(revoked, "fail").read("shop-1", outputs));
  expect((await withCredentials(revoked, "keep").read("shop-1", outputs))?.outputs).toStrictEqual(outputs);
  await withCredentials(revoked, "forget").delete("shop-1", outputs);
  expect(stage.notes).toHaveLength(2);
});

test("a temporary failure to get a token is an error with any configuration", async () => {
  const outputs = await stage.created(inputs);
  const failing = new Error("the command for tokens ended with 1");
  for (const policy of policies) {
    await failureOf(withCredentials(failing, policy).read("shop-1", outputs));
    await failureOf(withCredentials(failing, policy).delete("shop-1", outputs));
  }
  expect(stage.notes).toEqual([]);
});

test("warns about an account once, and reads the others", async () => {
  stage.emulator.seed(10);
  stage.emulator.put("theirs", {}, { account: "shop-2" });
  const theirs = { externalBusinessId: "theirs", account: "shop-2" };
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ whenUnreachable: "keep" });
  for (let number = 1; number <= 10; number += 1) {
    const id = `seed-${number}`;
    expect((await process.read(id, { externalBusinessId: id }))?.outputs.externalBusinessId).toBe(id);
  }
  expect((await process.read("theirs", theirs))?.outputs).toHaveProperty("integrationId");
  expect(stage.notes).toEqual([expect.stringContaining("'seed-1' was not read")]);
});

test("fails a lookup, which has no last known values", async () => {
  stage.emulator.put("shop-1");
  stage.emulator.setAccount("shop-1", { revoked: true });
  const lookup = { externalBusinessId: "shop-1", __lookup: true };
  expect(await failureOf(stage.process({ whenUnreachable: "keep" }).read("shop-1", lookup))).toMatchObject({
    status: 401,
  });
});

test("fails writes", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ whenUnreachable: "forget" });
  await failureOf(process.create({ externalBusinessId: "new" }));
  await failureOf(process.update("shop-1", outputs, { ...inputs, connectedTagId: "7" }));
});

test("warnings and errors contain no secret", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.setAccount("shop-1", { revoked: true });
  const process = stage.process({ whenUnreachable: "forget" });
  await process.read("shop-1", outputs);
  await process.delete("shop-1", outputs);
  const { message, stack } = await failureOf(stage.process().delete("shop-1", outputs));
  const messages = [...stage.notes, message, stack].join("\n");
  for (const secret of ["hidden", stage.emulator.token()]) expect(messages).not.toContain(secret);
});
