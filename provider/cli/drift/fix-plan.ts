import type { MerchantReport } from "../../look/report";
import type { OpenStack } from "../../stacks/stack";
import { nameOf, typeOf } from "../../stacks/urn";
import { firstOf } from "../text/listed";
import { stackOptions } from "../text/shell";
import { visible } from "../text/visible";
import type { TargetLook } from "./look";

/** A stack that is to be fixed, and what that writes. */
export interface StackToFix {
  readonly stack: OpenStack;
  readonly merchants: readonly MerchantReport[];
  /** One line each. */
  readonly writes: readonly string[];
}

export interface FixPlan {
  readonly stacks: readonly StackToFix[];
  /** Why stacks with drift are left alone. */
  readonly leftAlone: readonly string[];
}

/**
 * What a fix would write. Skips a stack if its update would fail, or deploy more than what drifted.
 *
 * @param includePending whether changes of the program may go with it.
 */
export function fixPlan(targets: readonly TargetLook[], includePending: boolean): FixPlan {
  const stacks: StackToFix[] = [];
  const leftAlone: string[] = [];
  for (const { stack, report, failed, othersChanged } of targets) {
    const drifted = report.merchants.filter(({ status }) => status === "drifted" || status === "missing");
    if (stack === undefined || drifted.length === 0) continue;
    const pending = [
      ...report.merchants.filter((merchant) => merchant.pending.length > 0).map(pendingInWords),
      ...othersChanged.map(otherInWords),
    ];
    const name = stackName(stack);
    if (failed) {
      leftAlone.push(`${name} is left alone: its program or the engine fails, as the report says`);
    } else if (pending.length > 0 && !includePending) {
      leftAlone.push(
        `${name} is left alone: the same update would bring up what is pending: ${firstOf(pending, mostListed, "; ")}. Run ` +
          `\`pulumi up${stackOptions(stack)}\` when that is meant to go out, or add --include-pending`,
      );
    } else {
      stacks.push({ stack, merchants: report.merchants, writes: [...drifted.map(driftInWords), ...pending] });
    }
  }
  return { stacks, leftAlone };
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
  return `${visible(name)}: ${pending.join(", ")} (pending)`;
}

function otherInWords(urn: string): string {
  return `${visible(nameOf(urn))} of type ${visible(typeOf(urn))} (pending)`;
}

const mostListed = 10;
