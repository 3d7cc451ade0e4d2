import { expect, test } from "@jest/globals";
import { isRefusedAccount, type PinterestClient } from "../../provider/api";
import { AccountRevoked, type Credentials } from "../../provider/api/credentials";
import { listing } from "../expected/messages";
import { failureOf } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

const unauthorized: Reply = {
  status: 401,
  body: { code: 2, message: "Authentication failed.", status: "failure" },
};

/** Credentials whose token is `token-0`, and after each renewal the next number. They record the tokens that the client had renewed. */
function renewable(renew: () => Promise<boolean>) {
  const rejected: string[] = [];
  return {
    rejected,
    accessToken: () => Promise.resolve(`token-${rejected.length}`),
    renew: (token: string) => {
      rejected.push(token);
      return renew();
    },
  };
}

test.each<[string, (client: PinterestClient) => Promise<unknown>]>([
  ["POST", (client) => client.createCommerceIntegration({ externalBusinessId: "shop-1" })],
  ["GET", (client) => client.getCommerceIntegration("shop-1")],
])("renews a rejected token, and repeats the %s at once", async (_method, send) => {
  const credentials = renewable(() => Promise.resolve(true));
  const { clock, api, client, elapsed } = fake(
    (request) => (request.headers.authorization === "Bearer token-0" ? unauthorized : success(request)),
    { credentials, maxAttempts: 1 },
  );
  await clock.run(send(client));
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer token-0",
    "Bearer token-1",
  ]);
  expect(credentials.rejected).toEqual(["token-0"]);
  expect(elapsed()).toBe(0);
});

test("renews a token once per operation, also with other errors in between", async () => {
  const credentials = renewable(() => Promise.resolve(true));
  const replies = [unauthorized, { status: 503 }];
  const { clock, api, client } = fake((_request, index) => replies[index] ?? unauthorized, { credentials });
  expect(await clock.run(failureOf(client.listIntegrations()))).toMatchObject({ status: 401 });
  expect(api.requests).toHaveLength(3);
  expect(credentials.rejected).toHaveLength(1);
});

test.each<[string, Credentials]>([
  ["cannot be renewed", { accessToken: () => Promise.resolve("token-0") }],
  ["is not renewed", renewable(() => Promise.resolve(false))],
])("fails with Pinterest's response if a token %s", async (_name, credentials) => {
  const { clock, api, client } = fake(() => unauthorized, { credentials });
  const error = await clock.run(failureOf(client.listIntegrations()));
  expect(error).toMatchObject({ status: 401, code: 2 });
  expect(isRefusedAccount(error)).toBe(true);
  expect(api.requests).toHaveLength(1);
});

test.each([
  [401, { code: 3, message: "no" }],
  [403, { code: 2, message: "no" }],
])("does not renew the token after other errors: %i %j", async (status, body) => {
  const credentials = renewable(() => Promise.resolve(true));
  const { clock, client } = fake(() => ({ status, body }), { credentials });
  await clock.run(failureOf(client.listIntegrations()));
  expect(credentials.rejected).toEqual([]);
});

test.each([
  [new AccountRevoked("the merchant has withdrawn the access"), true],
  [new Error("the vault is sealed"), false],
])("fails with the reason of a failed renewal: %s", async (reason, revoked) => {
  const credentials = renewable(() => Promise.reject(reason));
  const { clock, client } = fake(() => unauthorized, { credentials });
  const error = await clock.run(failureOf(client.listIntegrations()));
  expect(error.message).toBe(`${listing} failed: no usable access token: ${reason.message}.`);
  expect(error).toMatchObject({ kind: "credentials", outcome: "never-sent" });
  expect(isRefusedAccount(error)).toBe(revoked);
});
