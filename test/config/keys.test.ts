import { expect, test } from "@jest/globals";
import {
  configurationKeyNames,
  configurationKeys,
  environmentVariable,
  fullKey,
} from "../../provider/config";

test("keys and their variables are these", () => {
  expect(configurationKeyNames.map((key) => [fullKey(key), environmentVariable(key)])).toEqual([
    ["pinterest:accessToken", "PINTEREST_ACCESS_TOKEN"],
    ["pinterest:refreshToken", "PINTEREST_REFRESH_TOKEN"],
    ["pinterest:appId", "PINTEREST_APP_ID"],
    ["pinterest:appSecret", "PINTEREST_APP_SECRET"],
    ["pinterest:tokenFile", "PINTEREST_TOKEN_FILE"],
    ["pinterest:accounts", "PINTEREST_ACCOUNTS"],
    ["pinterest:accountCommand", "PINTEREST_ACCOUNT_COMMAND"],
    ["pinterest:accountCommandTimeout", "PINTEREST_ACCOUNT_COMMAND_TIMEOUT"],
    ["pinterest:apiUrl", "PINTEREST_API_URL"],
    ["pinterest:requestTimeout", "PINTEREST_REQUEST_TIMEOUT"],
    ["pinterest:operationTimeout", "PINTEREST_OPERATION_TIMEOUT"],
    ["pinterest:maxAttempts", "PINTEREST_MAX_ATTEMPTS"],
    ["pinterest:requestsPerMinute", "PINTEREST_REQUESTS_PER_MINUTE"],
    ["pinterest:consistencyTimeout", "PINTEREST_CONSISTENCY_TIMEOUT"],
    ["pinterest:detectDrift", "PINTEREST_DETECT_DRIFT"],
    ["pinterest:whenUnreachable", "PINTEREST_WHEN_UNREACHABLE"],
    ["pinterest:deleteLimit", "PINTEREST_DELETE_LIMIT"],
    ["pinterest:compareSecrets", "PINTEREST_COMPARE_SECRETS"],
    ["pinterest:reportLogs", "PINTEREST_REPORT_LOGS"],
  ]);
});

test("keys that hold tokens are secret", () => {
  const secret = configurationKeyNames.filter((key) => configurationKeys[key].secret);
  expect(secret).toEqual(["accessToken", "refreshToken", "appSecret", "accounts"]);
});
