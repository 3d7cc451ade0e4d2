import type {
  DriftReport,
  MerchantReport,
  MerchantStatus,
  StackReport,
  UnlistedAccount,
  UnmanagedIntegration,
} from "../../check/report";

/** A merchant with its stack. */
export interface Entry {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/** Merchants that could not be checked for the same reason. */
export interface FailureGroup {
  readonly stack: StackReport;
  readonly status: MerchantStatus;
  readonly reason: string | undefined;
  readonly advice: string | undefined;
  readonly merchants: readonly MerchantReport[];
}

/** Unmanaged integrations of one account. */
export interface UnmanagedGroup {
  readonly stack: StackReport;
  readonly account: string | undefined;
  readonly provider: string | undefined;
  readonly integrations: readonly UnmanagedIntegration[];
  /** Whether the report has this stack only. */
  readonly soleStack: boolean;
}

export function entriesOf(
  stacks: readonly StackReport[],
  of: (merchant: MerchantReport) => boolean,
): Entry[] {
  return stacks.flatMap((stack) => stack.merchants.filter(of).map((merchant) => ({ stack, merchant })));
}

export function withStatus(stacks: readonly StackReport[], status: MerchantStatus): Entry[] {
  return entriesOf(stacks, (merchant) => merchant.status === status);
}

/**
 * Groups merchants that failed for the same reason, regardless of the account, so that a report prints it once, with the ID of one of the
 * requests. In a fleet, each of hundreds of merchants can have an account of its own.
 */
export function failureGroups(entries: readonly Entry[]): FailureGroup[] {
  const stacks = [...new Set(entries.map(({ stack }) => stack))];
  const key = ({ stack, merchant: { status, reason, advice } }: Entry) =>
    JSON.stringify([
      stacks.indexOf(stack),
      status,
      reason === undefined ? reason : withoutRequestIds(reason),
      advice,
    ]);
  return [...Map.groupBy(entries, key).values()].map((group) => {
    const { stack, merchant } = group[0] as Entry;
    const { status, reason, advice } = merchant;
    const isShared = new Set(group.map((entry) => entry.merchant.reason)).size > 1;
    return {
      stack,
      status,
      reason: isShared ? reason?.replaceAll(requestId, " (request id $1, for instance)") : reason,
      advice,
      merchants: group.map((entry) => entry.merchant),
    };
  });
}

/** The form of the Pinterest client's messages. */
const requestId = / \(request id ([^()]+)\)/g;

/** A message without IDs of requests, to compare it with others. */
export function withoutRequestIds(message: string): string {
  return message.replaceAll(requestId, "");
}

export function unmanagedGroups(stacks: readonly StackReport[]): UnmanagedGroup[] {
  const soleStack = stacks.length === 1;
  return stacks.flatMap((stack) =>
    [
      ...Map.groupBy(stack.unmanaged ?? [], ({ account, provider }) =>
        JSON.stringify([account, provider]),
      ).values(),
    ].map((integrations) => {
      const { account, provider } = integrations[0] as UnmanagedIntegration;
      return { stack, account, provider, integrations, soleStack };
    }),
  );
}

/** An account that could not be listed. */
export interface UnlistedEntry {
  readonly stack: StackReport;
  readonly unlisted: UnlistedAccount;
  /** Omitted if the report already contains it: as an error, or for merchants of the account. */
  readonly reason: string | undefined;
}

export function unlistedOf(stacks: readonly StackReport[]): UnlistedEntry[] {
  return stacks.flatMap((stack) =>
    (stack.unlisted ?? []).map((unlisted) => {
      const isTold =
        stack.errors.includes(unlisted.reason) ||
        stack.merchants.some(
          ({ status, account, provider }) =>
            (status === "revoked" || status === "unreachable") &&
            account === unlisted.account &&
            provider === unlisted.provider,
        );
      return { stack, unlisted, reason: isTold ? undefined : unlisted.reason };
    }),
  );
}

/** The errors of the stacks, each with its stack. */
export function errorsOf(stacks: readonly StackReport[]): { stack: StackReport; error: string }[] {
  return stacks.flatMap((stack) => stack.errors.map((error) => ({ stack, error })));
}

/** Whether a report has several stacks, so that lines must name theirs. */
export function isOfSeveral(report: DriftReport): boolean {
  return report.stacks.length > 1;
}
