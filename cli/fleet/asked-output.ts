import { assertWritable } from "../drift/documents";
import { type DocumentOptions, requestedDocuments } from "../drift/options";

/** The requested forms of output. */
export type AskedOutput = DocumentOptions;

/** @throws UsageError if the requested documents contradict each other, or cannot be written. */
export function assertOutput(options: AskedOutput): void {
  assertWritable(requestedDocuments(options));
}
