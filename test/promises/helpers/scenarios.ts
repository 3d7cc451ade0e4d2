import type { DeclaredIntegration } from "../../engine/helpers/program";
import type { Scenario } from "./play";

/** Sends each request once, and reads nothing before an update writes. */
export const once = (scenario: Scenario): Scenario => ({
  ...scenario,
  environment: {
    PINTEREST_MAX_ATTEMPTS: "1",
    PINTEREST_DETECT_DRIFT: "refresh",
    ...scenario.environment,
  },
});

/** Accounts of two owners, of which the first owner has two. */
export const accounts = { one: "shop-1", alias: "alias", two: "shop-2" };

/** The owner of the account `two`. */
export const ownerOfTwo = { connected_user_id: "871939315200000003" };

/** An integration with resource options in JavaScript. */
export const withOptions = (args: object, options: string): DeclaredIntegration => ({
  args: { ...args },
  options,
});

/** Setup code that declares an explicit provider with the token of an account. */
export const provider = (name: string, account: string) =>
  `const ${name} = new pinterest.Provider("${name}", { accessToken: JSON.parse(process.env.PINTEREST_ACCOUNTS).${account} });\n`;

/** An integration of an explicit provider. */
export const providedBy = (args: object, name: string) => withOptions(args, `{ provider: ${name} }`);
