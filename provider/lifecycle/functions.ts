import type { ZodType } from "zod";
import {
  type ComputedProperties,
  type Integration,
  type IntegrationFields,
  isSecretField,
  listAll,
  matches,
  type PinterestClient,
  type SecretFieldName,
  secretFieldNames,
} from "../api";
import { problemWithUnknown } from "../base/message-text";
import { loadZod } from "../base/schema";
import type { FunctionName } from "../run/constants";

/** Integrations to list. All filters must match. Pinterest's API has no filters, so the provider filters the list. */
export interface GetIntegrationsArgs {
  /** Only integrations with this `connectedMerchantId`. */
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
   * Whether to return `exists: false` if the integration is missing, instead of failing. Other errors still fail.
   *
   * @default false
   */
  ignoreMissing?: boolean;
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

export interface PackageFunction<Args extends { readonly account?: string }, Result = unknown> {
  readonly name: FunctionName;
  /** The messages are predicates without values, which can be secrets. */
  readonly arguments: () => Readonly<Record<keyof Args, ZodType>>;
  /** @param args arguments that passed {@link checkArguments}. */
  call(client: PinterestClient, args: Args): Promise<Result>;
}

const getIntegrations: PackageFunction<
  GetIntegrationsArgs,
  { integrations: Integration[]; truncated: boolean }
> = {
  name: "getIntegrations",
  arguments: () => ({
    connectedMerchantId: text().optional(),
    connectedAdvertiserId: text().optional(),
    connectedTagId: text().optional(),
    externalBusinessIdPrefix: text().optional(),
    pageSize: wholeNumber("from 1 to 250", 250),
    maxItems: wholeNumber("of at least 1", Number.MAX_SAFE_INTEGER),
    includeSecrets: flag(),
    account: text().optional(),
  }),
  async call(client, args) {
    const { pageSize, maxItems } = args;
    const { items, truncated } = await listAll(client, { pageSize, maxItems, wanted: matches(args) });
    const sorted = items.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
    return { integrations: sorted.map((item) => shown(item, args.includeSecrets)), truncated };
  },
};

const getIntegration: PackageFunction<GetIntegrationArgs, Integration> = {
  name: "getIntegration",
  arguments: () => ({
    integrationId: text("an integration ID, which is a string of digits", 1),
    includeSecrets: flag(),
    account: text().optional(),
  }),
  async call(client, { integrationId, includeSecrets }) {
    return { ...shown(await client.getIntegration(integrationId), includeSecrets), integrationId };
  },
};

const getCommerceIntegration: PackageFunction<
  GetCommerceIntegrationArgs,
  Integration & { readonly exists: boolean }
> = {
  name: "getCommerceIntegration",
  arguments: () => ({
    externalBusinessId: text("a non-empty string", 1),
    ignoreMissing: flag(),
    account: text().optional(),
  }),
  async call(client, { externalBusinessId, ignoreMissing }) {
    const found = ignoreMissing
      ? await client.findCommerceIntegration(externalBusinessId)
      : await client.getCommerceIntegration(externalBusinessId);
    return { ...shown(found ?? {}), externalBusinessId, exists: found !== undefined };
  },
};

/** All functions by their names. */
export const functions = { getIntegrations, getIntegration, getCommerceIntegration } as const;

/** @throws Error that names an invalid argument and what is allowed. */
export function checkArguments<Args extends { readonly account?: string }>(
  called: PackageFunction<Args>,
  args: Args,
): void {
  const schemas: Readonly<Record<string, ZodType>> = called.arguments();
  const unknown = Object.keys(args).find((argument) => !Object.hasOwn(schemas, argument));
  if (unknown !== undefined) {
    const problem = problemWithUnknown(unknown, "argument", Object.keys(schemas));
    throw new Error(`${called.name}: \`${unknown}\` ${problem}`);
  }
  for (const [argument, schema] of Object.entries(schemas)) {
    const { error } = schema.safeParse(args[argument as keyof Args]);
    if (error !== undefined) throw new Error(`${called.name}: \`${argument}\` ${error.issues[0]?.message}`);
  }
}

function flag(): ZodType {
  return loadZod().boolean("must be true or false").optional();
}

function wholeNumber(range: string, most: number): ZodType {
  const problem = `must be a whole number ${range}`;
  return loadZod().int(problem).min(1, problem).max(most, problem).optional();
}

function text(allowed = "a string", minLength = 0): ZodType {
  const error = ({ input }: { input?: unknown }) => {
    if (input === undefined || input === null) return `is missing. It must be ${allowed}`;
    const hint = "Write it in quotes, because long IDs lose digits as numbers";
    return `must be ${allowed}${typeof input === "number" ? `. ${hint}` : ""}`;
  };
  return loadZod().string({ error }).min(minLength, { error });
}

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
