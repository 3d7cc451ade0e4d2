import { expect, test } from "@jest/globals";
import { openProviderAccess } from "../../../cli/stack/access";
import { secret } from "../drift/helpers/engine-events";

test.each(["", "pinterest:"])(
  "an explicit provider's configuration is read from state by keys that begin with %j",
  async (namespace) => {
    const inputs = {
      [`${namespace}accessToken`]: { ...secret, plaintext: '"pina_a"' },
      [`${namespace}maxAttempts`]: "7",
    };
    const { configuration } = await openProviderAccess({ inputs }, () => {});
    expect(configuration).toMatchObject({ accessToken: "pina_a", maxAttempts: 7 });
  },
);
