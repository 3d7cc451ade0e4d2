import { expect, test } from "@jest/globals";
import { openProviderAccess } from "../../stack/access";
import { secret } from "../cli/drift/helpers/engine-events";
import { ofThisProcess } from "../run-context";

test.each(["", "pinterest:"])(
  "reads an explicit provider's configuration from state, with keys that begin with %j",
  async (namespace) => {
    const inputs = {
      [`${namespace}accessToken`]: { ...secret, plaintext: '"pina_a"' },
      [`${namespace}maxAttempts`]: "7",
    };
    const { configuration } = await openProviderAccess({ inputs }, ofThisProcess, () => {});
    expect(configuration).toMatchObject({ accessToken: "pina_a", maxAttempts: 7 });
  },
);

test("defaults apply after the configuration and the environment", async () => {
  const environment = { PINTEREST_REQUEST_TIMEOUT: "7" };
  const defaults = {
    PINTEREST_REQUEST_TIMEOUT: "10",
    PINTEREST_MAX_ATTEMPTS: "2",
    PINTEREST_OPERATION_TIMEOUT: "9",
  };
  const { configuration } = await openProviderAccess(
    { inputs: { maxAttempts: "3" } },
    { ...ofThisProcess, environment },
    () => {},
    { defaults },
  );
  expect(configuration).toMatchObject({ requestTimeoutMs: 7_000, maxAttempts: 3, operationTimeoutMs: 9_000 });
});
