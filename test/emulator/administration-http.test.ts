import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

/** Sends a request with headers that `fetch` does not let a caller set. */
function responseTo(url: string, method: string, headers: Record<string, string>, body = "") {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(url, { method, headers }, async (response) => {
      resolve({ status: response.statusCode, text: await text(response) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test.each([
  [{ host: "rebound.example:4010" }, "the Host header must be localhost, an address in 127.0.0.0/8 or [::1]"],
  [{ host: "127.0.0.1.example" }, "the Host header must be localhost"],
  [{ origin: "https://page.example" }, "the Origin header must be absent or name localhost, an address in"],
  [{ origin: "http://localhost.page.example" }, "the Origin header must be absent"],
])(
  "rejects the requests of web pages, which have %j, and names the allowed values",
  async (headers, reason) => {
    const { emulator } = await emulate();
    emulator.put("shop");
    for (const [method, path] of [
      ["GET", "/accounts"],
      ["POST", "/reset"],
    ] as const) {
      const response = await responseTo(`${emulator.administrationUrl}${path}`, method, headers);
      expect(response).toMatchObject({ status: 403, text: expect.stringContaining(reason) });
      expect(response.text).not.toContain(emulator.token());
    }
    expect(emulator.integrations()).toHaveLength(1);
    const authorization = `Bearer ${emulator.token()}`;
    expect(
      await responseTo(`${emulator.url}/integrations`, "GET", { ...headers, authorization }),
    ).toMatchObject({
      status: 200,
    });
  },
);

test.each([
  [{ host: "LOCALHOST:80" }],
  [{ host: "127.8.0.1:4010", origin: "http://127.0.0.1:3000" }],
  [{ host: "[::1]:4010", origin: "https://[::1]" }],
])("accepts requests of this machine, which have %j", async (headers) => {
  const { emulator } = await emulate();
  expect(await responseTo(emulator.administrationUrl, "GET", headers)).toMatchObject({ status: 200 });
});

test("accepts a body only as application/json", async () => {
  const { emulator } = await emulate();
  const put = (type?: string) =>
    responseTo(
      `${emulator.administrationUrl}/integrations/shop`,
      "PUT",
      type === undefined ? {} : { "content-type": type },
      '{"scopes":"a"}',
    );
  for (const type of [undefined, "text/plain", "application/jsonp", "application/x-www-form-urlencoded"]) {
    expect(await put(type)).toMatchObject({
      status: 415,
      text: expect.stringContaining("must be application/json"),
    });
  }
  expect(emulator.integrations()).toEqual([]);
  expect(await put("application/json; charset=utf-8")).toMatchObject({ status: 200 });
});
