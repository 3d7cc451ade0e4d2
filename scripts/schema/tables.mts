import { createRequire } from "node:module";
import { join } from "node:path";
import type * as fields from "../../provider/api/fields.ts";
import type * as keys from "../../provider/config/keys.ts";
import type * as diff from "../../provider/lifecycle/diff.ts";
import type * as constants from "../../provider/runtime/constants.ts";

/** The tables of the compiled package. */
export interface Tables {
  readonly tokens: typeof constants;
  readonly keys: typeof keys;
  readonly isSecretField: (name: string) => boolean;
  /** Whether a change of a property replaces an integration. */
  readonly replaces: (name: string) => boolean;
}

/** @param root the directory of the compiled package */
export function readTables(root: string): Tables {
  const require = createRequire(join(root, "package.json"));
  const { isSecretField }: typeof fields = require("./api/fields");
  const { diffIntegration }: typeof diff = require("./lifecycle/diff");
  const replacing = diffIntegration("an id", { externalBusinessId: "another" }).replaces;
  return {
    tokens: require("./runtime/constants"),
    keys: require("./config/keys"),
    isSecretField,
    replaces: (name) => replacing.includes(name),
  };
}
