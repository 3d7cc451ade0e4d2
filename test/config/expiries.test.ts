import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { knownExpiry } from "../../provider/config";
import { temporaryDirectory } from "../temporary-directory";
import { configured, type Values } from "./helpers/configuration";

let directory: string;
let tokenFile: string;

beforeEach(() => {
  directory = temporaryDirectory();
  tokenFile = join(directory, "tokens.json");
  const entry = {
    sequence: 2,
    access: { accessToken: "pina_a", obtainedAt: 1, expiresAt: 2 },
    candidates: ["pinr_new"],
    refreshTokenExpiresAt: 1.8e12,
  };
  const key = createHash("sha256").update("pinr_a").digest("hex");
  writeFileSync(tokenFile, JSON.stringify({ version: 1, tokens: { [key]: entry } }), { mode: 0o600 });
});

const expiry = (values: Values, account?: string) => knownExpiry(configured(values), account);
const app = { appId: "1", appSecret: "s" };

test("reads the expiry of an access token from the configuration", () => {
  const accounts = '{"a":{"accessToken":"pina_a","expiresAt":"2027-01-31"},"b":"pina_b"}';
  expect(expiry({ accounts }, "a")).toEqual({ token: "access token", expiresAt: Date.UTC(2027, 0, 31) });
  expect(expiry({ accounts }, "b")).toBeUndefined();
});

test("reads the expiry of a refresh token from the token file", () => {
  const accounts = '{"a":{"refreshToken":"pinr_a"},"b":{"refreshToken":"pinr_b"}}';
  const known = { token: "refresh token", expiresAt: 1.8e12 };
  expect(expiry({ accounts, ...app, tokenFile }, "a")).toEqual(known);
  expect(expiry({ refreshToken: "pinr_a", ...app, tokenFile })).toEqual(known);
  expect(expiry({ accounts, ...app, tokenFile }, "b")).toBeUndefined();
  expect(expiry({ accounts, ...app }, "a")).toBeUndefined();
});

test.each([
  ["missing", "none.json"],
  ["a directory", "."],
])("ignores a token file that is %s", (_what, name) => {
  expect(expiry({ refreshToken: "pinr_a", ...app, tokenFile: join(directory, name) })).toBeUndefined();
});
