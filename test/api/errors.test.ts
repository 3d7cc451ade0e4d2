import { expect, test } from "@jest/globals";
import { isNotFound } from "../../provider/api";
import { noSuchIntegration, pattern, wrongAddress } from "../expected/messages";
import { clientFor, failureOf, token } from "./helpers/client";
import type { Reply } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";
import { respondWith, serve } from "./helpers/server";

test("an unexpected error of the client stays as it is", async () => {
  const bug = new TypeError("a bug");
  const credentials = {
    accessToken: () => Promise.resolve(token),
    get remedy(): string {
      throw bug;
    },
  };
  const { apiUrl } = await serve(respondWith(401, { code: 2, message: "Authentication failed." }));
  await expect(clientFor(apiUrl, { credentials }).listIntegrations()).rejects.toBe(bug);
});

test.each([300, 307, 399])("does not follow a redirect (%i), and names its host", async (status) => {
  const other = await serve(respondWith(200, { items: [] }));
  const { apiUrl } = await serve(respondWith(status, "", { location: `${other.origin}/elsewhere?to=1` }));
  const error = await failureOf(clientFor(apiUrl).listIntegrations(), "api");
  expect(error.message).toContain(`redirect to 127.0.0.1:${other.port}`);
  expect(error.message).not.toContain("elsewhere");
  expect(error.status).toBe(status);
  expect(other.requests).toEqual([]);
});

test("uses the status of a truncated error response", async () => {
  const server = await serve((_request, response) => {
    response.writeHead(403, { "content-length": "1000" });
    response.write('{"code": 29');
    setImmediate(() => response.destroy());
  });
  const error = await failureOf(clientFor(server.apiUrl).getCommerceIntegration("shop-1"), "api");
  expect(error).toMatchObject({ status: 403, outcome: "refused" });
});

const otherCode: Reply = { status: 404, body: { code: 404, message: "There is no such endpoint." } };
const emptyList: Reply = { status: 200, body: { items: [], bookmark: null } };

/** A client of an API whose 404 for an integration has an unknown code, and whose list has this response. */
const withList = (list: Reply, options = {}) =>
  fake(({ path }) => (path.includes("commerce") ? otherCode : list), { maxAttempts: 1, ...options });

test.each<{ what: string; list: Reply; isMissing: boolean; message: RegExp; requests: string[] }>([
  {
    what: "counts as missing if the API returns the account's list, which is requested once",
    list: emptyList,
    isMissing: true,
    // Without Pulumi's options, which the client does not know.
    message: new RegExp(`${noSuchIntegration}(?!.*--run-program)`),
    requests: ["DELETE", "GET", "DELETE"],
  },
  {
    what: "does not count as missing if the API does not have the list, and the error names apiUrl",
    list: otherCode,
    isMissing: false,
    message: new RegExp(pattern(wrongAddress)),
    requests: ["DELETE", "GET", "DELETE"],
  },
  {
    what: "does not count as missing if the list fails with a transient error, and requests the list again",
    list: { status: 500, body: { code: 1, message: "no" } },
    isMissing: false,
    message: /no such endpoint/,
    requests: ["DELETE", "GET", "DELETE", "GET"],
  },
])("a 404 with another code $what", async ({ list, isMissing, message, requests }) => {
  const { api, clock, client } = withList(list);
  for (const _attempt of [1, 2]) {
    const error = await clock.run(failureOf(client.deleteCommerceIntegration("shop-1"), "api"));
    expect(isNotFound(error)).toBe(isMissing);
    expect(error.message).toMatch(message);
  }
  expect(api.requests.map(({ method }) => method)).toEqual(requests);
  expect(api.requests[1]?.path).toBe("/v5/integrations?page_size=1");
});

test("a 404 with another code needs no request of the list if an earlier read succeeded", async () => {
  const { api, clock, client } = withList({ status: 200, body: { external_business_id: "shop-2", id: "7" } });
  await clock.run(client.getIntegration("7"));
  const error = await clock.run(failureOf(client.deleteCommerceIntegration("shop-1")));
  expect(isNotFound(error)).toBe(true);
  expect(api.requests.map(({ method }) => method)).toEqual(["GET", "DELETE"]);
});

test("an integration is missing although another operation, which requests the list too, is canceled", async () => {
  const { clock, client } = withList(emptyList, { latencyMs: 100 });
  const controller = new AbortController();
  const canceled = failureOf(client.getCommerceIntegration("shop-1", { signal: controller.signal }));
  const other = failureOf(client.getCommerceIntegration("shop-2"));
  await clock.run(clock.sleep(120));
  controller.abort();
  expect(isNotFound(await clock.run(canceled))).toBe(false);
  expect(isNotFound(await clock.run(other))).toBe(true);
});
