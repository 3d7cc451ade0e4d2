import { UsageError } from "../command-error";

/** The options of `pulumi-pinterest drift` as commander returns them. `-` as a file is standard output. */
export interface DriftOptions extends DocumentOptions {
  cwd: string[];
  stack: string[];
  allStacks?: true;
  unmanaged?: true;
  strict?: true;
  pullRequest?: true;
  fix?: true;
  includePending?: true;
  yes?: true;
  parallel: number;
}

/** The options that request documents. */
export interface DocumentOptions {
  readonly json?: string | true | undefined;
  readonly markdown?: string | true | undefined;
  readonly html?: string | undefined;
}

const formats = ["json", "markdown", "html"] as const;

/** A requested document. Without a file, it goes to standard output. */
export interface RequestedDocument {
  readonly format: (typeof formats)[number];
  readonly file?: string;
}

/**
 * The requested documents, in addition to the table or instead of it.
 *
 * @throws UsageError if two have the same target.
 */
export function requestedDocuments(options: DocumentOptions): RequestedDocument[] {
  const documents = formats.flatMap((format): RequestedDocument[] => {
    const place = options[format];
    if (place === undefined) return [];
    if (place === "") throw new UsageError(`--${format}: the name of the file is empty`);
    return [place === true || place === "-" ? { format } : { format, file: place }];
  });
  for (const [index, { format, file }] of documents.entries()) {
    const other = documents.slice(0, index).find((earlier) => earlier.file === file)?.format;
    if (other === undefined) continue;
    throw new UsageError(
      file === undefined
        ? `--${other} and --${format} both go to standard output: give one of them a file`
        : `--${other} and --${format} both go to ${file}: give each a file of its own`,
    );
  }
  return documents;
}

/** @throws UsageError if options contradict or require each other, or nobody can confirm the fix. */
export function assertConsistent(options: DriftOptions, interactive: boolean): void {
  const { stack, allStacks, markdown, pullRequest, fix, includePending, yes } = options;
  if (allStacks && stack.length > 0) {
    throw new UsageError("--all-stacks and --stack cannot be given together: name the stacks, or take all");
  }
  if (pullRequest && markdown === undefined) throw new UsageError("--pull-request requires --markdown");
  if (includePending && !fix) throw new UsageError("--include-pending requires --fix");
  if (yes && !fix) throw new UsageError("--yes requires --fix");
  if (fix && !yes && !interactive) {
    throw new UsageError(
      "--fix asks for confirmation, but this is not an interactive terminal. To write without confirmation, add --yes.",
    );
  }
}
