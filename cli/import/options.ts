import type { IntegrationFilter } from "../../provider/api/pages";
import type { AccountOptions } from "../account-options";
import { UsageError } from "../command-error";
import type { ProjectOptions } from "../option-values";

/** Options of `pulumi-pinterest import`. */
export interface ImportOptions extends ProjectOptions, AccountOptions {
  all?: boolean;
  prefix?: string;
  merchant?: string;
  advertiser?: string;
  tag?: string;
  /** Default: `pinterest-import.json`, or the next free name. */
  file?: string;
  /** Default: `pinterest-integrations.ts` (in YAML projects `.yaml`), or the next free name. */
  program?: string;
  /** Whether the program uses the plugin. Default: detected from the stack and Pulumi.yaml. */
  native?: boolean;
  secrets: "config" | "omit";
  protect?: boolean;
  run?: boolean;
  overwrite?: boolean;
  json?: boolean;
}

/** Which integrations of the accounts to import. */
export type Wanted =
  | { readonly ids: readonly string[] }
  | {
      readonly ids?: undefined;
      readonly filter: IntegrationFilter;
      /** Whether the user selects among the matching ones. */
      readonly ask: boolean;
    };

const filterNames = ["prefix", "merchant", "advertiser", "tag"] as const;

/**
 * The integrations that a command line selects.
 *
 * @param interactive whether the user can be asked.
 * @throws UsageError if it selects in two ways, or selects nothing and the user cannot be asked.
 */
export function wantedBy(ids: readonly string[], options: ImportOptions, interactive: boolean): Wanted {
  const filters = filterNames.filter((name) => options[name] !== undefined);
  const selectors = [
    ...(ids.length > 0 ? ["IDs"] : []),
    ...(options.all ? ["--all"] : []),
    ...filters.map((name) => `--${name}`),
  ];
  if (selectors.length > filters.length && selectors.length > 1) {
    throw new UsageError(
      `${selectors.join(" and ")} cannot be combined: give IDs, --all, or filters. Several filters can be combined.`,
    );
  }
  const empty = filters.find((name) => options[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} must not be empty`);
  if (ids.includes("")) throw new UsageError("an external business ID must not be empty");
  if (ids.length > 0) return { ids: [...new Set(ids)] };
  const ask = selectors.length === 0;
  if (ask && (!interactive || options.json)) {
    throw new UsageError(
      "select what to import: give external business IDs, --all, or filters (--prefix, --merchant, --advertiser, --tag)",
    );
  }
  const { prefix, merchant, advertiser, tag } = options;
  const filter = {
    externalBusinessIdPrefix: prefix,
    connectedMerchantId: merchant,
    connectedAdvertiserId: advertiser,
    connectedTagId: tag,
  };
  return { filter, ask };
}
