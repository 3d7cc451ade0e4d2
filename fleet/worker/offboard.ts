import { hostname } from "node:os";
import { withRequestId } from "../../provider/base/message-text";
import { checkState } from "../../stack/check-stack";
import { type MerchantReport, statusInWords } from "../../stack/report";
import { inPlaintext, isManagedIntegration, nameOf } from "../../stack/state";
import { textOf } from "../../stack/values";
import { FleetError } from "../fleet-error";
import { namesOf } from "../merchants/declared-merchant";
import { eraseEarlierStates, withAbsoluteBackend } from "../shard/backend";
import { ShardStack } from "../shard/shard-stack";
import { type FleetInvocation, withWorkspace } from "../shard/workspace";
import { engineOptionsOf, withClaim } from "../store/claim";
import type { Database } from "../store/database";
import { eraseMerchants, markOffboarding, type NamedMerchant, namedMerchants } from "../store/merchants";
import { matchApi, matchBackend } from "./environment";

export interface OffboardOptions {
  readonly merchants: readonly string[];
  /** Also offboard merchants whose access works. Their integrations stay, unmanaged. */
  readonly force: boolean;
  readonly project: string;
  readonly invocation: FleetInvocation;
  /** Ends the wait for workers. An offboarding that has started is completed. */
  readonly signal: AbortSignal;
  /** Receives messages about waits. */
  readonly notify: (message: string) => void;
}

/** An offboarded merchant. */
export interface Offboarded extends Pick<NamedMerchant, "name" | "stack" | "externalBusinessId" | "account"> {
  /** Whether the last planned list still has it. The next plan would then add it again. */
  readonly wasListed: boolean;
  /** The integration ID; absent if it was never deployed, or is missing. */
  readonly integrationId?: string;
  /** Whether the earlier states, which contain its encrypted secrets, were erased or are still in the backend. */
  readonly earlierStates:
    | { readonly kind: "erased" }
    | { readonly kind: "kept"; readonly where: readonly string[] };
}

/**
 * Erases merchants whose tokens are revoked, with all their data: in state and its earlier versions, in the fleet's tables, and in results.
 * Only checks whether the tokens still work, and sends nothing else to Pinterest. Repeating the call completes an interrupted offboarding.
 *
 * @param onOffboarded called when all merchants of a shard are erased.
 * @throws FleetError if a merchant is not in the fleet, its token still works, the wait was ended, or a claim was lost. Then no merchant of
 *   its shard is erased.
 */
export async function offboard(
  database: Database,
  options: OffboardOptions,
  onOffboarded: (merchants: readonly Offboarded[]) => void,
): Promise<void> {
  const { invocation, project, signal, notify } = options;
  const holder = `fleet offboard on ${hostname()}, process ${process.pid}`;
  const merchants = await namedMerchants(database.statements, options.merchants);
  await matchApi(database.statements, invocation);
  await matchBackend(database.statements, invocation);
  for (const inShard of Map.groupBy(merchants, (merchant) => merchant.stack).values()) {
    const { shardId, stack } = inShard[0] as NamedMerchant;
    const onWait = () => notify(`${stack} is in progress: waiting until it ends`);
    const offboarded = await withClaim(database, { shardId, stack, holder, signal, onWait }, (claim) => {
      const engine = engineOptionsOf(claim);
      return withWorkspace({ project, invocation, merchants: [], ...engine }, async (workspace) => {
        const opened = await ShardStack.open(stack, project, workspace, engine);
        return offboardFrom(opened, inShard, database, options);
      });
    });
    onOffboarded(offboarded);
  }
}

async function offboardFrom(
  opened: ShardStack,
  merchants: readonly NamedMerchant[],
  database: Database,
  { force, notify, project, invocation }: OffboardOptions,
): Promise<Offboarded[]> {
  const inState = await findInState(opened, new Set(merchants.flatMap(namesOf)));
  const only = new Set(inState.map(({ urn }) => urn));
  const { merchants: reports, errors } =
    only.size === 0 ? { merchants: [], errors: [] } : await checkState(opened, { notify, only });
  if (!force) assertDisconnected(reports, errors);
  const listed = await markOffboarding(database.statements, merchants);
  for (const { urn } of inState) await opened.forget(urn);
  const { directory, environment } = invocation;
  const { PULUMI_BACKEND_URL: backend } = withAbsoluteBackend(directory, environment);
  const where = await eraseEarlierStates(backend, project, opened.name);
  // The last step, so that a repeated call finds all merchants again if an earlier step fails.
  await eraseMerchants(database, merchants);
  const missing = new Set(reports.filter(({ status }) => status === "missing").map(({ urn }) => urn));
  return merchants.map(({ name, formerNames, externalBusinessId, account, stack }) => {
    const names = [name, ...formerNames];
    const { urn = "", integrationId } = inState.find((each) => names.includes(nameOf(each.urn))) ?? {};
    return {
      name,
      stack,
      externalBusinessId,
      account,
      wasListed: listed.has(name),
      ...(integrationId === undefined || missing.has(urn) ? {} : { integrationId }),
      earlierStates: where.length === 0 ? { kind: "erased" } : { kind: "kept", where },
    };
  });
}

/** The integrations in a shard's state that have one of these names. */
async function findInState(stack: ShardStack, names: ReadonlySet<string>) {
  return (await stack.resources())
    .filter((resource) => isManagedIntegration(resource) && names.has(nameOf(resource.urn)))
    .map(({ urn, outputs = {} }) => ({ urn, integrationId: textOf(inPlaintext(outputs.integrationId)) }));
}

/** Refuses merchants whose token still works or is only missing here, because their integrations would stay unmanaged. */
function assertDisconnected(found: readonly MerchantReport[], errors: readonly string[]): void {
  if (errors.length > 0) throw new FleetError(errors.join("\n"));
  const connected = found.filter(({ status }) => status !== "revoked" && status !== "missing");
  if (connected.length === 0) return;
  const lines = connected.map(({ name, status, reason, requestId }) => {
    const why = reason === undefined ? "" : `: ${withRequestId(reason, requestId)}`;
    return `  '${name}' is ${statusInWords(status)}${why}`;
  });
  throw new FleetError(
    `Not every merchant's access is revoked, so nothing was changed in this shard:\n${lines.join("\n")}\n` +
      "If Pinterest accepts the token, remove the merchant from the merchant list instead: the next update deletes its integration. " +
      "If the merchant is unreachable, fix the cause, and run the command again. " +
      "With --force, the command erases them anyway, and their integrations stay at Pinterest, unmanaged",
  );
}
