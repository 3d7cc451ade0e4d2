import type { MerchantReport } from "../check/report";
import type { OpenStack } from "../stack/stack";
import { nameOf, typeOf } from "../stack/state";
import { firstOf } from "../text/listed";
import { stackOptions } from "../text/shell";
import { visible } from "../text/visible";
import type { TargetLook } from "./look";

/** A stack to fix, and what the fix writes. */
export interface StackToFix {
  readonly stack: OpenStack;
  readonly merchants: readonly MerchantReport[];
  /** One line for each write. */
  readonly writes: readonly string[];
}

export interface FixPlan {
  readonly stacks: readonly StackToFix[];
  /** Messages about stacks with drift that are not fixed, and why. */
  readonly skipped: readonly string[];
}

/**
 * What a fix would write. Skips a stack if its update would fail, or would deploy more than the drift.
 *
 * @param includePending whether the fix may also deploy changes of the program.
 */
export function fixPlan(targets: readonly TargetLook[], includePending: boolean): FixPlan {
  const stacks: StackToFix[] = [];
  const skipped: string[] = [];
  for (const { stack, report, failed, othersChanged } of targets) {
    const drifted = report.merchants.filter(({ status }) => status === "drifted" || status === "missing");
    if (stack === undefined || drifted.length === 0) continue;
    const pending = [
      ...report.merchants.filter((merchant) => merchant.pending.length > 0).map(pendingInWords),
      ...othersChanged.map(otherInWords),
    ];
    const name = stackName(stack);
    if (failed) {
      skipped.push(`Skipped ${name}: its program or the engine failed. See the report.`);
    } else if (pending.length > 0 && !includePending) {
      skipped.push(
        `Skipped ${name}: the fix would also deploy pending changes (${firstOf(pending, mostListed, "; ")}). ` +
          `Run \`pulumi up${stackOptions(stack)}\`, or add --include-pending.`,
      );
    } else {
      const writes = [...drifted.map(driftInWords), ...pending.map((change) => `${change} (pending)`)];
      stacks.push({ stack, merchants: report.merchants, writes });
    }
  }
  return { stacks, skipped };
}

export function stackName({ project, name }: Pick<OpenStack, "project" | "name">): string {
  return `${project}/${name}`;
}

function driftInWords({ name, status, properties }: MerchantReport): string {
  return status === "missing"
    ? `${visible(name)}: recreated`
    : `${visible(name)}: ${properties.map((property) => property.name).join(", ")}`;
}

function pendingInWords({ name, pending }: MerchantReport): string {
  return `${visible(name)}: ${pending.join(", ")}`;
}

function otherInWords(urn: string): string {
  return `${visible(nameOf(urn))} of type ${visible(typeOf(urn))}`;
}

const mostListed = 10;
