import { assertWritable } from "../drift/documents";
import { type AskedDocument, askedDocuments } from "../drift/options";

/** The requested forms of output. */
export interface AskedOutput {
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly html?: string;
}

/** @throws UsageError if the requested documents contradict each other, or cannot be written. */
export function assertOutput(options: AskedOutput): void {
  assertWritable(documentsOf(options));
}

/** The documents of a drift check, by the rules of `drift`. */
export function documentsOf({ json, markdown, html }: AskedOutput): readonly AskedDocument[] {
  return askedDocuments({
    cwd: [],
    stack: [],
    parallel: 1,
    ...(json === undefined ? {} : { json }),
    ...(markdown === undefined ? {} : { markdown }),
    ...(html === undefined ? {} : { html }),
  });
}
