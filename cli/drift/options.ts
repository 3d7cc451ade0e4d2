import { UsageError } from "../command-error";

/** The options of `pulumi-pinterest drift` as commander returns them. `-` as a file is standard output. */
export interface DriftOptions {
  cwd: string[];
  stack: string[];
  allStacks?: true;
  unmanaged?: true;
  strict?: true;
  json?: string | true;
  markdown?: string | true;
  pullRequest?: true;
  html?: string;
  fix?: true;
  includePending?: true;
  yes?: true;
  parallel: number;
}

export type DocumentForm = "json" | "markdown" | "html";

/** A requested document. Without a file, it goes to standard output. */
export interface AskedDocument {
  readonly form: DocumentForm;
  readonly file?: string;
}

/**
 * The requested documents, in addition to the table or instead of it.
 *
 * @throws UsageError if two have the same target.
 */
export function askedDocuments({ json, markdown, html }: DriftOptions): AskedDocument[] {
  const asked = (
    [
      ["json", json],
      ["markdown", markdown],
      ["html", html],
    ] as const
  ).flatMap(([form, place]): AskedDocument[] => {
    if (place === undefined) return [];
    if (place === "") throw new UsageError(`--${form}: the name of the file is empty`);
    return [place === true || place === "-" ? { form } : { form, file: place }];
  });
  for (const [index, { form, file }] of asked.entries()) {
    const first = asked.findIndex((other) => other.file === file);
    const other = asked[first]?.form;
    if (first < index) {
      throw new UsageError(
        file === undefined
          ? `--${other} and --${form} both go to standard output: give one of them a file`
          : `--${other} and --${form} both go to ${file}: give each a file of its own`,
      );
    }
  }
  return asked;
}

/** @throws UsageError if options contradict or require each other, or nobody can confirm the fix. */
export function assertConsistent(options: DriftOptions, interactive: boolean): void {
  const { stack, allStacks, markdown, pullRequest, fix, includePending, yes } = options;
  if (allStacks && stack.length > 0) {
    throw new UsageError("--all-stacks and --stack cannot be given together: name the stacks, or take all");
  }
  if (pullRequest && markdown === undefined) throw new UsageError("--pull-request requires --markdown");
  for (const [name, given] of [
    ["--include-pending", includePending],
    ["--yes", yes],
  ] as const) {
    if (given && !fix) throw new UsageError(`${name} requires --fix`);
  }
  if (fix && !yes && !interactive) {
    throw new UsageError(
      "--fix asks for confirmation, but this is not an interactive terminal. To write without confirmation, add --yes.",
    );
  }
}
