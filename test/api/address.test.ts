import { expect, test } from "@jest/globals";
import { noProxyIn, parseApiUrl, proxyFor } from "../../provider/api/address";

const pinterest = parseApiUrl("https://api.pinterest.com/v5");

test.each([
  ["https://api.pinterest.com/v5", "/v5", false],
  ["https://api.pinterest.com/v5//", "/v5", false],
  ["http://localhost:8080", "", true],
  ["http://127.9.8.7/v5", "/v5", true],
  ["http://[::1]:1/v5", "/v5", true],
])("accepts %s, whose base path is %j, and which is this machine: %s", (apiUrl, basePath, loopback) => {
  expect(parseApiUrl(apiUrl)).toMatchObject({ basePath, loopback });
});

test.each([
  ["http://api.pinterest.com/v5", /must use https.*api\.pinterest\.com/],
  ["http://127.0.0.1.example.com/v5", /must use https/],
  ["http://localhost.example.com/v5", /must use https/],
  ["ftp://api.pinterest.com/v5", /an https URL/],
  ["api.pinterest.com/v5", /an absolute URL/],
  ["https://user:hunter22@bad host/v5", /an absolute URL/],
  ["https://user:hunter22@api.pinterest.com/v5", /user name or password/],
  ["https://:hunter22@api.pinterest.com/v5", /user name or password/],
  ["https://api.pinterest.com/v5?page_size=1", /without a query or fragment/],
  ["https://api.pinterest.com/v5?", /without a query or fragment/],
  ["https://api.pinterest.com/v5#top", /without a query or fragment/],
])("refuses %s with the reason, and without its password", (apiUrl, reason) => {
  expect(() => parseApiUrl(apiUrl)).toThrow(reason);
  expect(() => parseApiUrl(apiUrl)).not.toThrow(/hunter22/);
});

test.each([
  [{ HTTPS_PROXY: "http://used:1", HTTP_PROXY: "http://other:1" }, "HTTPS_PROXY", "http://used:1"],
  [{ https_proxy: "http://used:1", HTTPS_PROXY: "http://other:1" }, "HTTPS_PROXY", "http://used:1"],
  [{ HTTPS_PROXY: "", HTTP_PROXY: "http://used:1" }, "HTTP_PROXY", "http://used:1"],
  [{ http_proxy: "http://used:1", HTTP_PROXY: "http://other:1" }, "HTTP_PROXY", "http://used:1"],
  [{ HTTPS_PROXY: " proxy.example:3128 " }, "HTTPS_PROXY", "http://proxy.example:3128"],
])(
  "uses the proxy of HTTPS_PROXY, otherwise of HTTP_PROXY, in lower case first: %j",
  (set, variable, uri) => {
    expect(proxyFor(pinterest, set)).toEqual({ variable, uri });
  },
);

test("uses no proxy for this machine, or without a variable", () => {
  expect(proxyFor(parseApiUrl("http://localhost:1"), { HTTPS_PROXY: "http://proxy:1" })).toBeUndefined();
  expect(proxyFor(pinterest, { ALL_PROXY: "http://proxy:1" })).toBeUndefined();
});

test("reads the hosts without a proxy in lower case first", () => {
  expect(noProxyIn({ no_proxy: "a", NO_PROXY: "b" })).toBe("a");
  expect(noProxyIn({ NO_PROXY: "b" })).toBe("b");
});
