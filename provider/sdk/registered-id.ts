import * as pulumi from "@pulumi/pulumi";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { declareId, isPlain, type PlainPlace } from "./declared-ids";
import { engineChecked } from "./environment-check";
import type { ResourceFrontEnd } from "./front-end";
import { valueIfKnown } from "./known";
import { warnOfToken } from "./token-warning";

interface Registered {
  readonly name: string;
  readonly providerName: Promise<string | undefined>;
  readonly frontEnd: ResourceFrontEnd;
}

/**
 * The id with which a resource is registered: once the engine has said that it is new enough, and what only outputs tell has been seen
 * to.
 */
export function registeredId(args: CommerceIntegrationArgs, registered: Registered): pulumi.Input<string> {
  return isPlain(args) ? plainId(args, registered) : idOfOutputs(args, registered);
}

/** Without outputs, each of which takes the SDK longer than all else here: most programs write their ids down. */
async function plainId(
  { externalBusinessId, account }: PlainPlace,
  { providerName, frontEnd }: Registered,
): Promise<string> {
  const [explicit] = await Promise.all([providerName, engineChecked()]);
  warnOfStackToken(account, explicit, frontEnd);
  return externalBusinessId;
}

function idOfOutputs(
  args: CommerceIntegrationArgs,
  { name, providerName, frontEnd }: Registered,
): pulumi.Output<string> {
  // Not the output itself: while the account is not known the id would not be either, and a preview show a replacement.
  const known = valueIfKnown(pulumi.output(args.account));
  return pulumi
    .all([args.externalBusinessId, known, providerName, engineChecked()])
    .apply(([id, account, explicit]) => {
      if (account !== undefined) {
        // An id that is missing is the check's to report.
        if (id) declareId({ provider: explicit, account: account.value, externalBusinessId: id }, name);
        warnOfStackToken(account.value, explicit, frontEnd);
      }
      return id;
    });
}

/** The plugin's process warns by itself, and an explicit provider has tokens of its own. */
function warnOfStackToken(
  account: string | undefined,
  explicit: string | undefined,
  { tellsProvider }: ResourceFrontEnd,
): void {
  if (tellsProvider && explicit === undefined) warnOfToken(account);
}
