import { expect, test } from "@jest/globals";
import {
  configurationKeyNames,
  configurationKeys,
  environmentVariable,
  fullKey,
} from "../../provider/configuration";

test("keys and their variables are these", () => {
  expect(configurationKeyNames.map((key) => [fullKey(key), environmentVariable(key)])).toEqual([
    ["pinterest:accessToken", "PINTEREST_ACCESS_TOKEN"],
    ["pinterest:accounts", "PINTEREST_ACCOUNTS"],
    ["pinterest:apiUrl", "PINTEREST_API_URL"],
    ["pinterest:requestTimeout", "PINTEREST_REQUEST_TIMEOUT"],
    ["pinterest:settleTimeout", "PINTEREST_SETTLE_TIMEOUT"],
  ]);
});

test("keys that hold tokens are secret", () => {
  const secret = configurationKeyNames.filter((key) => configurationKeys[key].secret);
  expect(secret).toEqual(["accessToken", "accounts"]);
});
