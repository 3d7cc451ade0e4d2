import * as pulumi from "@pulumi/pulumi";
import {
  type ComputedProperties,
  type FieldTable,
  fieldNames,
  type IntegrationFields,
  secretFieldNames,
} from "../api";
import { Declarations, problemWithName } from "../lifecycle/check";
import { computedNames, lookupKey, uidKey } from "../lifecycle/outputs";
import { writeObservation } from "../run/observations";
import { assertInstallation, engineChecked, perRun, programInvocation, valueIfKnown } from "./program-checks";
import {
  dynamicIntegrations,
  explicitProviderName,
  isOfType,
  type ProviderType,
  shortenStackTraces,
} from "./provider-type";
import { recordAccount } from "./run-records";

type ArgumentOf<Kind> = Kind extends "scopes"
  ? string | pulumi.Input<string>[]
  : Kind extends "metadata"
    ? string | { [key: string]: pulumi.Input<unknown> }
    : Kind extends "expiry"
      ? number
      : string;

/** An argument for each field, with the field's comment. */
type FieldArguments = {
  -readonly [Name in keyof FieldTable]?: pulumi.Input<ArgumentOf<FieldTable[Name]["kind"]> | undefined>;
};

/** An output for each field, with the field's comment. */
type FieldOutputs = {
  readonly [Name in keyof FieldTable]: pulumi.Output<IntegrationFields[Name] | undefined>;
};

/** An output for each property that Pinterest sets, with the property's comment. */
type ComputedOutputs = {
  readonly [Name in keyof ComputedProperties]-?: pulumi.Output<NonNullable<ComputedProperties[Name]>>;
};

/** The integration to manage. */
interface IdArgument {
  /**
   * Your ID of the shop, which is also the resource's ID: 1 to 2048 characters. If it changes, Pulumi creates a new integration.
   * At the end of the update, it deletes the old one, unless another resource has it.
   */
  externalBusinessId: pulumi.Input<string>;
}

/** How to manage it. */
interface HandlingArguments {
  /**
   * Whether a create overwrites an existing integration that differs from the program. If false, the create fails. An existing integration
   * that equals the program is adopted in both cases.
   *
   * @default false
   */
  adopt?: pulumi.Input<boolean | undefined>;
  /**
   * Account that owns the integration: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account (`pinterest:accessToken` or `pinterest:refreshToken`)
   */
  account?: pulumi.Input<string | undefined>;
  /**
   * What to do with a field that you remove from the program. `clear`: clear it at Pinterest, and fail if it stays set. `release`: leave
   * its value and stop managing it.
   *
   * @default "clear"
   */
  whenRemoved?: pulumi.Input<"clear" | "release" | undefined>;
}

/**
 * Arguments of a commerce integration. A field that you omit is not managed: Pinterest keeps its value, and its changes are not drift.
 *
 * Pinterest's API description (5.23.0 and 5.28.0) gives no limits for these fields.
 */
export interface CommerceIntegrationArgs extends IdArgument, FieldArguments, HandlingArguments {}

/** Account of an integration to read. */
export interface CommerceIntegrationLookup {
  /**
   * A name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: pulumi.Input<string>;
}

/** All outputs of an integration. They are registered without values, so that each property becomes an output. */
const outputProperties: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...fieldNames, "account", "providerName", ...computedNames, uidKey].map((name) => [name, undefined]),
);

export interface CommerceIntegration extends ComputedOutputs, FieldOutputs {}

/**
 * The connection of a merchant's shop with Pinterest: it links your ID of the shop with the merchant's advertiser, tag and catalog owner, and
 * stores partner tokens of your platform. Previews show by property what was changed at Pinterest, and `pulumi up` writes your values back.
 *
 * ```typescript
 * new pinterest.CommerceIntegration("shop", {
 *   externalBusinessId: "my-shop-1",
 *   connectedMerchantId: "1949483",
 *   connectedAdvertiserId: "549755885175",
 *   connectedTagId: "2613187432",
 * });
 * ```
 *
 * A field that you omit is not managed: its output shows Pinterest's value, and its changes are not drift. An empty string and the number 0
 * are refused, because Pinterest shows an unset field as one of them.
 *
 * A create first reads the integration. If it exists and equals the program, it is adopted. If it differs, the create fails, unless `adopt`
 * is true. A delete, also by `pulumi destroy`, deletes the integration at Pinterest: protect it with the option `protect` or
 * `retainOnDelete`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the SDK sets these properties, because they are registered.
export class CommerceIntegration extends pulumi.CustomResource {
  /** @internal The plugin's class overrides it. */
  protected static readonly providerType: ProviderType = dynamicIntegrations;

  /** Your ID of the shop, the same as `id`. */
  declare readonly externalBusinessId: pulumi.Output<string>;
  /** Account that owns the integration. Absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;

  /**
   * Reads an integration that this program does not manage, at every preview and update. It is never changed or deleted. Partner tokens
   * and e-mail are absent, because Pinterest omits them here.
   *
   * @param name Name of the resource in the program.
   * @param externalBusinessId Your ID of the shop.
   * @param lookup Account of the integration. Default: the default account.
   * @throws during preview and update, if the integration does not exist.
   */
  static get(
    name: string,
    externalBusinessId: pulumi.Input<string>,
    lookup: CommerceIntegrationLookup = {},
    opts?: pulumi.CustomResourceOptions,
  ): CommerceIntegration {
    return new this(name, { externalBusinessId, ...lookup }, { ...opts, id: externalBusinessId });
  }

  /** Whether an object is a commerce integration, including those of another copy of this package. */
  static override isInstance(value: unknown): value is CommerceIntegration {
    return isOfType(value, dynamicIntegrations);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Fields of the integration.
   * @param opts Pulumi's resource options. Without the plugin, `import` is refused, because Pulumi cannot import a dynamic resource by its ID.
   * @throws RunError if an argument is unknown, `import` or `deleteBeforeReplace` is refused, or the program declares the ID twice.
   */
  constructor(name: string, args: CommerceIntegrationArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { providerType } = new.target;
    assertInstallation();
    const problems = problemsOf(args, opts, providerType);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.CommerceIntegration '${name}': ${problems.join("\n")}`);
    }
    const self = Promise.withResolvers<CommerceIntegration>();
    const isLookup = opts.id !== undefined;
    const given = isLookup
      ? lookupProperties(args)
      : managedProperties(name, args, self.promise, providerType);
    const aliases = { aliases: [{ type: providerType.otherType }] };
    const options = pulumi.mergeOptions(pulumi.mergeOptions(opts, aliases), {
      additionalSecretOutputs: secretFieldNames.filter((key) => args[key] !== undefined),
    });
    const restoreStackTraces = shortenStackTraces(new.target !== CommerceIntegration);
    try {
      super(providerType.type, name, { ...outputProperties, ...given, ...providerType.properties }, options);
    } finally {
      restoreStackTraces();
    }
    // Not enumerable, so that a program that exports the resource does not export them.
    for (const key of ["providerName", uidKey]) Object.defineProperty(this, key, { enumerable: false });
    const providerName = explicitProviderName(this, providerType);
    if (!isLookup) {
      writeObservation({ kind: "declaration", name }, programInvocation().context.observe);
      if (isPlain(args)) declareId({ ...args, providerName }, name);
    }
    if (providerName === undefined) recordAccount(args.account);
    self.resolve(this);
  }
}

const deleteBeforeReplaceProblem =
  "`deleteBeforeReplace` is not supported: the engine would delete the integration before the program has declared all resources. Remove the " +
  "option. The old integration is then deleted after the new one was created";

function problemsOf(
  args: CommerceIntegrationArgs,
  opts: pulumi.CustomResourceOptions,
  { importProblem }: ProviderType,
): string[] {
  if (typeof args !== "object" || args === null) {
    return ["the arguments are missing; give at least `externalBusinessId`"];
  }
  const problems = Object.keys(args).flatMap((argument) => problemWithName(argument) ?? []);
  if (opts.import !== undefined && importProblem !== undefined) problems.push(importProblem);
  if (opts.deleteBeforeReplace === true) problems.push(deleteBeforeReplaceProblem);
  return problems;
}

function lookupProperties({ externalBusinessId, account }: CommerceIntegrationArgs): pulumi.Inputs {
  return { externalBusinessId, ...(account === undefined ? {} : { account }), [lookupKey]: true };
}

function managedProperties(
  name: string,
  args: CommerceIntegrationArgs,
  self: Promise<CommerceIntegration>,
  providerType: ProviderType,
): pulumi.Inputs {
  // The provider is known only after the options were merged with the parent's and transformed.
  const providerName = self.then((resource) => explicitProviderName(resource, providerType));
  const { isDynamic } = providerType;
  const externalBusinessId = registeredId(args, name, providerName);
  const untilEngineChecked = engineChecked()?.then(() => undefined);
  const secrets = secretFieldNames.flatMap((key) =>
    args[key] === undefined ? [] : [[key, pulumi.secret(args[key])]],
  );
  return {
    ...args,
    ...Object.fromEntries(secrets),
    externalBusinessId,
    ...(isDynamic ? { providerName } : {}),
    // The registration waits for this property, which has no value. The ID stays a string, so that a transformation can use it.
    [uidKey]: untilEngineChecked,
  };
}

/** ID and account of an integration, as plain strings. */
interface PlainId {
  externalBusinessId: string;
  account?: string | undefined;
}

/** Whether ID and account are plain strings, so that the constructor can refuse a second declaration. */
function isPlain(args: CommerceIntegrationArgs): args is CommerceIntegrationArgs & PlainId {
  const { externalBusinessId, account } = args;
  return (
    typeof externalBusinessId === "string" &&
    externalBusinessId !== "" &&
    ["string", "undefined"].includes(typeof account)
  );
}

const declarations = perRun(() => new Declarations());

/** @throws RunError if another resource of this run, of the same provider and account, declares the integration. */
export function declareId(id: PlainId & { readonly providerName: string | undefined }, name: string): void {
  // The provider checks this too, but the first calls of a dynamic provider's process have no URN, so that it does not know the resource's name.
  const problem = declarations()?.record(name, { ...id });
  if (problem !== undefined) throw new pulumi.RunError(`pinterest.CommerceIntegration '${name}': ${problem}`);
}

/** The ID to register. If it is an output, it resolves after the checks that need its value. */
export function registeredId(
  args: CommerceIntegrationArgs,
  name: string,
  providerName: Promise<string | undefined>,
): pulumi.Input<string> {
  // Outputs are slower in the SDK than everything else here. Most programs use plain strings, which the constructor declares.
  if (isPlain(args)) return args.externalBusinessId;
  // Not the output itself: an unknown account would make the ID unknown, and a preview would show a replacement.
  const account = valueIfKnown(pulumi.output(args.account));
  return pulumi
    .all([args.externalBusinessId, account, providerName])
    .apply(([externalBusinessId, knownAccount, provider]) => {
      // `check` reports a missing ID.
      if (externalBusinessId && knownAccount !== undefined) {
        declareId({ externalBusinessId, account: knownAccount.value, providerName: provider }, name);
      }
      return externalBusinessId;
    });
}
