import { expect, test } from "@jest/globals";
import { clientFor } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

test.each([
  "https://api.pinterest.com/v5",
  "http://localhost:8080/v5",
  "http://127.9.8.7/v5",
  "http://[::1]:1/v5",
])("accepts %s", (apiUrl) => {
  expect(() => clientFor(apiUrl)).not.toThrow();
});

test.each([
  ["http://api.pinterest.com/v5", /https.*api\.pinterest\.com/],
  ["http://127.0.0.1.example.com/v5", /https/],
  ["http://localhost.example.com/v5", /https/],
  ["http://10.0.0.1/v5", /https/],
  ["ftp://api.pinterest.com/v5", /https URL/],
  ["api.pinterest.com/v5", /absolute URL/],
  ["", /absolute URL/],
  ["https://user@api.pinterest.com/v5", /user name or password/],
  ["https://:hunter22@api.pinterest.com/v5", /user name or password/],
  ["https://api.pinterest.com/v5?page_size=1", /query/],
  ["https://api.pinterest.com/v5#top", /fragment/],
  ["https://api.pinterest.com/v5?", /query/],
])("refuses %p with the reason", (apiUrl, reason) => {
  expect(() => clientFor(apiUrl)).toThrow(Error);
  expect(() => clientFor(apiUrl)).toThrow(reason);
});

test.each(["https://user:hunter22@api.pinterest.com/v5", "https://user:hunter22@bad host/v5"])(
  "refuses a URL with a password without repeating it: %#",
  (apiUrl) => {
    let thrown: unknown;
    try {
      clientFor(apiUrl);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(JSON.stringify(Object.entries(thrown as object)) + String(thrown)).not.toContain("hunter22");
  },
);

test.each(["", "/", "//"])("ignores trailing slashes: %p", async (slash) => {
  const server = await serve(respondWith(200, { external_business_id: "shop-1" }));
  await clientFor(server.apiUrl + slash).getCommerceIntegration("shop-1");
  expect(server.requests.map(({ url }) => url)).toEqual(["/v5/integrations/commerce/shop-1"]);
});

test("accepts an API at the root of its host", async () => {
  const server = await serve(respondWith(200, { external_business_id: "shop-1" }));
  await clientFor(server.origin).getCommerceIntegration("shop-1");
  expect(server.requests.map(({ url }) => url)).toEqual(["/integrations/commerce/shop-1"]);
});
