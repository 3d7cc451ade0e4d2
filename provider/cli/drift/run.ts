import { inParallel } from "../../pinterest/in-parallel";
import type { ExitCode } from "../exit-codes";
import type { OpenStack } from "../stack/stack";
import type { Terminal } from "../terminal";
import { lookAt, type StackLook } from "./collect";
import { assertWritable, giveOut } from "./documents";
import { askedDocuments, type DriftOptions } from "./options";
import type { DriftReport } from "./report";
import { driftReportOf } from "./summary";
import { openTargets } from "./targets";

/** A look at all stacks that were asked for. */
export interface Look {
  readonly report: DriftReport;
  readonly stacks: readonly (StackLook & { readonly stack: OpenStack })[];
}

/** Does what `pulumi-pinterest drift` is asked for, and tells how it is to end. */
export async function runDrift(options: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const documents = askedDocuments(options);
  assertWritable(documents);
  const stacks = await openTargets(options);
  const { report } = await look(stacks, options, terminal);
  giveOut(report, documents, terminal);
  return report.exitCode as ExitCode;
}

async function look(stacks: readonly OpenStack[], options: DriftOptions, terminal: Terminal): Promise<Look> {
  const found = await inParallel(stacks, options.parallel, async (stack) => ({
    stack,
    ...(await lookAt(stack, {
      notify: (message) => terminal.note(message),
      progress: (text) => terminal.progress(text),
    })),
  }));
  return {
    report: driftReportOf(
      found.map(({ report }) => report),
      new Date(),
    ),
    stacks: found,
  };
}
