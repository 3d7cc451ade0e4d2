import type { ExitCode } from "../exit-codes";
import type { Terminal } from "../terminal";
import { assertWritable, giveOut } from "./documents";
import { lookAtAll } from "./look";
import { askedDocuments, type DriftOptions } from "./options";
import { openTargets } from "./targets";

/** Does what `pulumi-pinterest drift` is asked for, and tells how it is to end. */
export async function runDrift(options: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const documents = askedDocuments(options);
  assertWritable(documents);
  const targets = await openTargets(options);
  const collecting = {
    unmanaged: options.unmanaged,
    parallel: options.parallel,
    notify: (message: string) => terminal.note(message),
    progress: (text: string) => terminal.progress(text),
  };
  const { report } = await lookAtAll(targets, collecting);
  giveOut(report, documents, terminal);
  return report.exitCode as ExitCode;
}
