import type { PinterestClient } from "../api";
import { type IntegrationFields, isSecretField, type SecretFieldName, secretFieldNames } from "../api/fields";
import type { ComputedProperties, Integration } from "../api/integration";
import { problemWithUnknown } from "../api/message-text";
import { listAll, matches } from "../api/pages";

/** Integrations to list. All filters must match. Pinterest's API has no filters, so the provider filters the list. */
export interface GetIntegrationsArgs {
  /** Only integrations connected to this merchant. */
  connectedMerchantId?: string;
  /** Only integrations connected to this advertiser. */
  connectedAdvertiserId?: string;
  /** Only integrations connected to this tag. */
  connectedTagId?: string;
  /** Only integrations whose external business ID starts with this prefix. */
  externalBusinessIdPrefix?: string;
  /**
   * Integrations per request, from 1 to 250.
   *
   * @default 250, which needs the fewest requests
   * @asType integer
   */
  pageSize?: number;
  /**
   * Maximum number of integrations to return, at least 1.
   *
   * @default all
   * @asType integer
   */
  maxItems?: number;
  /**
   * Whether to return partner tokens and e-mail, as secrets.
   *
   * @default false
   */
  includeSecrets?: boolean;
  /**
   * Account whose integrations are listed: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: string;
}

/** Integration to read, by its external business ID. */
export interface GetCommerceIntegrationArgs {
  /** Your ID of the shop. */
  externalBusinessId: string;
  /**
   * Account that owns the integration: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: string;
}

/** Integration to read, by its integration ID. */
export interface GetIntegrationArgs
  extends Pick<GetIntegrationsArgs, "includeSecrets">,
    Pick<GetCommerceIntegrationArgs, "account"> {
  /** Integration ID that Pinterest assigned: digits in a string. It is the output `integrationId` of a resource. */
  integrationId: string;
}

/** An integration without its secrets. Fields that are unset at Pinterest are absent. */
export interface ShownIntegration
  extends Pick<Integration, "externalBusinessId">,
    ComputedProperties,
    Omit<IntegrationFields, SecretFieldName> {}

/** A function of the package. */
export interface PackageFunction<Args extends { readonly account?: string }, Result> {
  readonly name: "getIntegrations" | "getIntegration" | "getCommerceIntegration";
  /** @throws Error that names an invalid argument and what is allowed, never a value, which can be a secret. */
  check(args: Args): void;
  /** @param args arguments that passed {@link check}. */
  call(client: PinterestClient, args: Args): Promise<Result>;
}

export type FunctionName = PackageFunction<{ account?: string }, unknown>["name"];

const getIntegrations: PackageFunction<
  GetIntegrationsArgs,
  { integrations: Integration[]; truncated: boolean }
> = {
  name: "getIntegrations",
  check(args) {
    assertNames("getIntegrations", args, {
      connectedMerchantId: true,
      connectedAdvertiserId: true,
      connectedTagId: true,
      externalBusinessIdPrefix: true,
      pageSize: true,
      maxItems: true,
      includeSecrets: true,
      account: true,
    });
    assertWholeNumber("pageSize", args.pageSize, "from 1 to 250", 250);
    assertWholeNumber("maxItems", args.maxItems, "of at least 1", Number.MAX_SAFE_INTEGER);
  },
  async call(client, args) {
    const { pageSize, maxItems } = args;
    const { items, truncated } = await listAll(client, {
      pageSize,
      maxItems,
      wanted: matches(args),
    });
    const sorted = items.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
    return { integrations: sorted.map((item) => shown(item, args.includeSecrets)), truncated };
  },
};

const getIntegration: PackageFunction<GetIntegrationArgs, Integration> = {
  name: "getIntegration",
  check(args) {
    assertNames("getIntegration", args, { integrationId: true, includeSecrets: true, account: true });
    assertId("getIntegration", args, "integrationId", "an integration ID, which is a string of digits");
  },
  async call(client, { integrationId, includeSecrets }) {
    return { ...shown(await client.getIntegration(integrationId), includeSecrets), integrationId };
  },
};

const getCommerceIntegration: PackageFunction<GetCommerceIntegrationArgs, Integration> = {
  name: "getCommerceIntegration",
  check(args) {
    assertNames("getCommerceIntegration", args, { externalBusinessId: true, account: true });
    assertId("getCommerceIntegration", args, "externalBusinessId", "a non-empty string");
  },
  async call(client, { externalBusinessId }) {
    return { ...shown(await client.getCommerceIntegration(externalBusinessId)), externalBusinessId };
  },
};

/** All functions by their names. */
export const functions = { getIntegrations, getIntegration, getCommerceIntegration } as const;

/** Replaces each secret in the result of a function, at any depth, and removes undefined values. */
export function replaceSecrets(result: unknown, replace: (value: unknown) => unknown): unknown {
  if (typeof result !== "object" || result === null) return result;
  if (Array.isArray(result)) return result.map((item) => replaceSecrets(item, replace));
  const entries = Object.entries(result).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      isSecretField(name) ? replace(value) : replaceSecrets(value, replace),
    ]),
  );
}

/** An integration without its secrets, or with them in plaintext. Never print it. */
function shown(integration: Integration, includeSecrets = false): Integration {
  const result = { ...integration };
  if (!includeSecrets) {
    for (const name of secretFieldNames) delete result[name];
  }
  return result;
}

function sortKey(item: Integration): string {
  return `${item.externalBusinessId ?? ""}\u0000${item.integrationId ?? ""}`;
}

/** @param names all arguments of the function, as a record so that the compiler finds a missing one. */
function assertNames<T extends object>(
  name: FunctionName,
  args: T,
  names: Readonly<Record<keyof T, true>>,
): void {
  const unknown = Object.keys(args).find((argument) => !Object.hasOwn(names, argument));
  if (unknown !== undefined) {
    const problem = problemWithUnknown(unknown, "argument", Object.keys(names));
    throw new Error(`${name}: \`${unknown}\` ${problem}`);
  }
}

function assertWholeNumber(
  argument: keyof GetIntegrationsArgs,
  value: number | undefined,
  range: string,
  most: number,
): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= most)) {
    throw new Error(`getIntegrations: \`${argument}\` must be a whole number ${range}`);
  }
}

function assertId<T extends object>(
  name: FunctionName,
  args: T,
  argument: keyof T & string,
  allowed: string,
): void {
  const value: unknown = args[argument];
  if (typeof value === "string" && value !== "") return;
  const hint =
    typeof value === "number" ? ". Write it in quotes, because long IDs lose digits as numbers" : "";
  const given = value === undefined || value === null ? "is missing. It " : "";
  throw new Error(`${name}: \`${argument}\` ${given}must be ${allowed}${hint}`);
}
