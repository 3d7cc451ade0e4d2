import { jest } from "@jest/globals";
import type * as keys from "../../../provider/config/keys";

/** Add rows to the table of the configuration keys. Modules that are imported later use it. */
jest.mock("../../../provider/config/keys", () => {
  const actual = jest.requireActual<typeof keys>("../../../provider/config/keys");
  const added: Record<string, keys.ConfigurationRow> = {
    addedTimeout: { kind: "seconds", default: 5 },
    addedLimit: { kind: "whole", least: 1, most: 9, environmentFirst: true },
    addedToken: { kind: "text", secret: true },
  };
  Object.assign(actual.configurationKeys, added);
  const configurationKeyNames = Object.keys(actual.configurationKeys) as keys.ConfigurationKey[];
  return { ...actual, configurationKeyNames };
});
