import type { IntegrationFilter } from "../../pinterest/integration-filter";
import type { AccountOptions } from "../accounts/choice";
import { UsageError } from "../command-error";
import type { ProjectOptions } from "../stack/options";

/** The options of `pulumi-pinterest import`. */
export interface ImportOptions extends ProjectOptions, AccountOptions {
  all?: boolean;
  prefix?: string;
  merchant?: string;
  advertiser?: string;
  tag?: string;
  /** By default {@link defaultFile}, or the next free name. */
  file?: string;
  /** By default {@link defaultProgram}, or the next free name. */
  program?: string;
  /** Whether the program uses the provider plugin; by default what stack and project show. */
  native?: boolean;
  secrets: "config" | "omit";
  protect?: boolean;
  run?: boolean;
  overwrite?: boolean;
  json?: boolean;
}

/** Which of the integrations that accounts hold are wanted. */
export type Wanted =
  | { readonly kind: "all" }
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "filter"; readonly filter: IntegrationFilter }
  /** The person at the terminal is asked. */
  | { readonly kind: "ask" };

const filterNames = ["prefix", "merchant", "advertiser", "tag"] as const;

/**
 * What a command line wants to import.
 *
 * @throws UsageError when it says it in two ways, or not at all where nobody can be asked.
 */
export function wantedBy(ids: readonly string[], options: ImportOptions, interactive: boolean): Wanted {
  const filters = filterNames.filter((name) => options[name] !== undefined);
  const ways = [
    ...(ids.length > 0 ? ["ids"] : []),
    ...(options.all ? ["--all"] : []),
    ...filters.map((name) => `--${name}`),
  ];
  if (ways.length > filters.length && ways.length > 1) {
    throw new UsageError(
      `${ways.join(" and ")} say different things: give ids, or --all, or filters (which may be combined)`,
    );
  }
  const empty = filters.find((name) => options[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} is empty; give it a value, or leave it out`);
  if (ids.includes("")) throw new UsageError("one of the ids is empty: give external business ids");
  if (ids.length > 0) return { kind: "ids", ids: [...new Set(ids)] };
  if (options.all) return { kind: "all" };
  if (filters.length > 0) return { kind: "filter", filter: filterOf(options) };
  if (interactive && !options.json) return { kind: "ask" };
  throw new UsageError(
    "what is to be imported? Give external business ids, or --all, or filters (--prefix, --merchant, --advertiser, --tag)",
  );
}

function filterOf({ prefix, merchant, advertiser, tag }: ImportOptions): IntegrationFilter {
  return {
    externalBusinessIdPrefix: prefix,
    connectedMerchantId: merchant,
    connectedAdvertiserId: advertiser,
    connectedTagId: tag,
  };
}
