import { createRequire } from "node:module";
import { join } from "node:path";
import type * as fields from "../../provider/api/fields.ts";
import type * as keys from "../../provider/config/keys.ts";
import type * as constant from "../../provider/dynamic/constant.ts";
import type * as diff from "../../provider/lifecycle/diff.ts";
import type * as tokens from "../../provider/plugin/tokens.ts";

/** The tables of the compiled package. */
export interface Tables {
  readonly tokens: typeof tokens;
  readonly dynamic: typeof constant;
  readonly environmentVariable: (key: string) => string;
  readonly isEnvironmentFirst: (key: string) => boolean;
  readonly isSecretKey: (name: string) => boolean;
  readonly isSecretField: (name: string) => boolean;
  /** Whether a change of a property replaces an integration. */
  readonly replaces: (name: string) => boolean;
}

/** @param root the directory of the compiled package */
export function readTables(root: string): Tables {
  const require = createRequire(join(root, "package.json"));
  const { configurationKeys, environmentFirst, environmentVariable }: typeof keys = require("./config/keys");
  const { integrationFields }: typeof fields = require("./api/fields");
  const { diffIntegration }: typeof diff = require("./lifecycle/diff");
  const replacing = diffIntegration("an id", { externalBusinessId: "another" }).replaces;
  const isSecret = (table: Record<string, { secret: boolean }>) => (name: string) =>
    Object.hasOwn(table, name) && table[name]?.secret === true;
  return {
    tokens: require("./plugin/tokens"),
    dynamic: require("./dynamic/constant"),
    environmentVariable: environmentVariable as (key: string) => string,
    isEnvironmentFirst: (key) => environmentFirst.has(key),
    isSecretKey: isSecret(configurationKeys),
    isSecretField: isSecret(integrationFields),
    replaces: (name) => replacing.includes(name),
  };
}
