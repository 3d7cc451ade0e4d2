import * as pulumi from "@pulumi/pulumi";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { engineChecked, warnOfToken } from "./environment";
import { PerRun, valueIfKnown } from "./run";

/** ID and account of an integration, as plain strings. */
export interface PlainId {
  externalBusinessId: string;
  account?: string | undefined;
}

/** A resource that is being registered. */
interface Registered {
  readonly name: string;
  /** The explicit provider's name. Undefined for a default provider. */
  readonly providerName: Promise<string | undefined>;
  /** Whether to warn about missing tokens. */
  readonly isDynamic: boolean;
}

/** Whether ID and account are plain strings, so that the constructor can refuse a second declaration. */
export function isPlain(args: CommerceIntegrationArgs): args is CommerceIntegrationArgs & PlainId {
  const { externalBusinessId, account } = args;
  return (
    typeof externalBusinessId === "string" &&
    externalBusinessId !== "" &&
    ["string", "undefined"].includes(typeof account)
  );
}

const declared = new PerRun(() => new Map<string, string>());

/**
 * Records that a resource declares an integration. Two resources of one integration would revert each other's changes in every update.
 * The dynamic provider cannot check this, because it does not receive the names of resources.
 *
 * @throws RunError if another resource of this run, of the same provider and account, declares it.
 */
export function declareId(id: PlainId & { provider: string | undefined }, name: string): void {
  const ids = declared.get();
  const key = JSON.stringify([id.provider ?? null, id.account ?? null, id.externalBusinessId]);
  const other = ids?.get(key);
  if (other !== undefined) {
    throw new pulumi.RunError(
      `pinterest.CommerceIntegration '${name}': '${other}' declares the integration '${id.externalBusinessId}' already. ` +
        "Give each its own externalBusinessId, or remove one of them.",
    );
  }
  ids?.set(key, name);
}

/** The ID to register. It resolves after the checks that need the engine or values of outputs. */
export function registeredId(args: CommerceIntegrationArgs, registered: Registered): pulumi.Input<string> {
  return isPlain(args) ? plainId(args, registered) : idFromOutputs(args, registered);
}

/** Without outputs, which are slower in the SDK than everything else here. Most programs use plain strings. */
async function plainId(
  { externalBusinessId, account }: PlainId,
  { providerName, isDynamic }: Registered,
): Promise<string> {
  const [provider] = await Promise.all([providerName, engineChecked()]);
  if (isDynamic && provider === undefined) warnOfToken(account);
  return externalBusinessId;
}

function idFromOutputs(
  args: CommerceIntegrationArgs,
  { name, providerName, isDynamic }: Registered,
): pulumi.Output<string> {
  // Not the output itself: an unknown account would make the ID unknown, and the preview would show a replacement.
  const knownAccount = valueIfKnown(pulumi.output(args.account));
  return pulumi
    .all([args.externalBusinessId, knownAccount, providerName, engineChecked()])
    .apply(([id, account, provider]) => {
      if (account !== undefined) {
        // `check` reports a missing ID.
        if (id) declareId({ provider, account: account.value, externalBusinessId: id }, name);
        if (isDynamic && provider === undefined) warnOfToken(account.value);
      }
      return id;
    });
}
