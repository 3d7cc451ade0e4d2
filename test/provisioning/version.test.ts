import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { oldestEngine, pulumiVersion, versionIn } from "../../scripts/engine/build.mts";
import { latestRelease } from "../../scripts/engine/download.mts";
import { versionOf } from "../../scripts/engine/ensure.mts";

test.each([
  ["v3.259.1", "3.259.1"],
  ["3.260.0-alpha.1", "3.260.0"],
  ["none", undefined],
])("reads %s as %j", (text, version) => {
  expect(versionIn(text)).toEqual(version);
});

test.each([
  ["oldest", oldestEngine],
  ["pinned", pulumiVersion],
])("the version named %s is %s", async (name, version) => {
  expect(await versionOf(name)).toBe(version);
});

test.each(["3.254", "newest", "constructor"])("%s is not the name of a version", async (name) => {
  await expect(versionOf(name)).rejects.toThrow(
    `\`${name}\` is not a version. Use a version such as 3.276.0, or one of: oldest, pinned, latest.`,
  );
});

const pages: Readonly<Record<string, [status: number, text: string]>> = {
  "/version": [200, "3.280.1\n"],
  "/html": [200, "<html>3.280.1</html>"],
  "/broken": [503, "3.280.1"],
};
const server = createServer(({ url = "" }, response) => {
  const [status, text] = pages[url] ?? [404, ""];
  response.writeHead(status).end(text);
});
const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => void server.close());

test("reads the newest release from a page that contains only the version", async () => {
  expect(await latestRelease(address("/version"))).toBe("3.280.1");
});

test.each([
  ["fails", () => address("/broken"), /\/broken responded with status 503\./],
  [
    "cannot be reached",
    () => "http://127.0.0.1:1/",
    /^Cannot read the newest Pulumi version: http:\/\/127\.0\.0\.1:1\/: /,
  ],
])("reports the reason if that page %s", async (_, page, message) => {
  await expect(latestRelease(page())).rejects.toThrow(message);
});
