import type { Check, CheckStatus } from "./check";

/** What `pulumi-pinterest doctor --json` prints. */
export interface DoctorReport {
  readonly checks: readonly Check[];
  /** Number of checks by status. */
  readonly summary: { readonly ok: number; readonly warnings: number; readonly errors: number };
}

export function reportOf(checks: readonly Check[]): DoctorReport {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  return {
    checks,
    summary: { ok: count("ok"), warnings: count("warning"), errors: count("error") },
  };
}
