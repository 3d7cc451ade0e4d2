import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { YAMLMap, YAMLSeq } from "yaml";
import { z } from "zod";
import { defined } from "../../provider/base/bag";
import { inPlace, replaceFiles } from "../../provider/base/files";
import { firstOf } from "../../provider/base/message-text";
import type { Acceptance } from "../../stack/accepted";
import { CommandError, UsageError } from "../../stack/command-error";
import { differenceIn } from "../../stack/findings";
import { type AcceptedDrift, acceptedDrift, type DriftReport, type MerchantReport } from "../../stack/report";
import { withoutOrganization } from "../../stack/state";
import { loadYaml } from "../adopt/yaml-source";

/** The file in a project's directory. */
const fileName = "accepted-drift.yaml";

const introduction = ` Differences between the program and Pinterest that are accepted until a day.
 \`pulumi-pinterest drift\` reports them separately, and \`pulumi-pinterest drift --accept\` adds entries.`;

const fileContent = z.array(acceptedDrift);

/**
 * The drift that the project in a directory accepts.
 *
 * @param listed the names of the project's stacks, if they are known.
 * @throws CommandError if its file is not valid.
 */
export function readAcceptances(directory: string, listed: readonly string[] = []): Acceptance[] {
  const path = join(directory, fileName);
  const text = textOf(path);
  if (text === undefined) return [];
  const { parse } = loadYaml();
  let content: unknown;
  try {
    content = parse(text, { intAsBigInt: true });
  } catch (error) {
    throw new CommandError(`${path} is not valid YAML: ${(error as Error).message}`);
  }
  const { data, error } = fileContent.safeParse(content ?? []);
  const names = new Set(listed.map(withoutOrganization));
  const isMissing = (stack?: string) =>
    stack !== undefined && names.size > 0 && !names.has(withoutOrganization(stack));
  if (data !== undefined)
    return data.map((one) => ({ ...one, directory, isStackMissing: isMissing(one.stack) }));
  const [issue] = error.issues;
  const [index, ...property] = issue?.path ?? [];
  const place =
    index === undefined
      ? "the file"
      : `entry ${Number(index) + 1}${property.map((name) => `, ${String(name)}`)}`;
  throw new CommandError(
    `${path}: ${place}: ${issue?.message}`,
    undefined,
    "See docs/known-drift.md of the package",
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The reason, author and last day of an acceptance. */
export type AcceptanceTerms = Pick<AcceptedDrift, "reason" | "by" | "until">;

export interface AcceptOptions {
  readonly accept?: true;
  readonly reason?: string;
  readonly until?: string;
  readonly by?: string;
  /** IDs of changes, and names of resources. */
  readonly only?: readonly string[];
}

/** @throws UsageError if an option is missing or not valid. Undefined without `--accept`. */
export function termsOf(options: AcceptOptions, now: Date): AcceptanceTerms | undefined {
  const { accept, reason, until, by, only } = options;
  for (const name of ["reason", "until", "by"] as const) {
    if (options[name] !== undefined && !accept) throw new UsageError(`--${name} requires --accept`);
  }
  if (!accept) return undefined;
  if (only === undefined)
    throw new UsageError("--accept requires --only, with the ID of a change or the name of a resource");
  if (reason === undefined || reason.trim() === "") throw new UsageError("--accept requires --reason");
  if (until === undefined) throw new UsageError("--accept requires --until");
  if (!z.iso.date().safeParse(until).success)
    throw new UsageError("--until must be a day, such as 2026-12-31");
  if (until < now.toISOString().slice(0, until.length))
    throw new UsageError(
      "--until must be today or a later day: after that day, the difference counts as drift again",
    );
  return { reason: reason.trim(), by: by ?? userName(), until };
}

/** The name in Git's configuration, or that of the operating system's user. @throws UsageError in a container whose user has no name. */
function userName(): string {
  const { stdout } = spawnSync("git", ["config", "user.name"], { encoding: "utf8" });
  // Without Git, there is no output.
  const name = stdout?.trim();
  if (name) return name;
  try {
    return userInfo().username;
  } catch {
    throw new UsageError("--accept requires --by, because the current user has no name");
  }
}

/** A difference that a command names, by the ID of its change or by its merchant. */
export interface Chosen {
  readonly urn: string;
  readonly name: string;
  readonly group: DriftReport["groups"][number];
}

/**
 * The drifted and missing integrations that `--only` names, also if their drift is accepted.
 *
 * @param names default: all integrations whose drift is not accepted.
 * @throws UsageError for a name that is not in the report.
 */
export function chosenIn({ groups }: DriftReport, names?: readonly string[]): Chosen[] {
  const drift = groups.filter(
    ({ status }) =>
      status === "drifted" || status === "missing" || (status === "accepted" && names !== undefined),
  );
  const all = drift.flatMap((group) => group.merchants.map(({ name, urn }) => ({ name, urn, group })));
  if (names === undefined) return all;
  const isNamed = (one: (typeof all)[number], name: string) => one.group.id === name || one.name === name;
  const unknown = names.filter((name) => !all.some((one) => isNamed(one, name)));
  if (unknown.length > 0)
    throw new UsageError(
      `--only: no drift has the change or name ${firstOf(unknown)}. Use an ID of a change, or the name of a resource, that the report shows.`,
    );
  // The accepted part of a change is a group of its own.
  const changesWith = (name: string) =>
    new Set(drift.flatMap((group) => (group.id === name ? [JSON.stringify(differenceIn(group))] : []))).size;
  const ambiguous = names.filter((name) => changesWith(name) > 1);
  if (ambiguous.length > 0)
    throw new UsageError(
      `--only: several changes have the ID ${firstOf(ambiguous)}. Name their resources instead.`,
    );
  return all.filter((one) => names.some((name) => isNamed(one, name)));
}

/** The chosen differences to fix. The ID of a change leaves accepted ones as they are, and the name of a resource includes them. */
export function fixable(chosen: readonly Chosen[], names: readonly string[] = []): Chosen[] {
  return chosen.filter(({ name, group }) => group.status !== "accepted" || names.includes(name));
}

/** Like {@link chosenIn}, but prints the report before an error, because a check can take long. */
export function chosenOrPrinted(
  report: DriftReport,
  names: readonly string[] | undefined,
  print: () => unknown,
): Chosen[] {
  try {
    return chosenIn(report, names);
  } catch (error) {
    print();
    throw error;
  }
}

type Entry = AcceptedDrift & { readonly directory: string };

/** The entries that accept differences, and messages about differences that cannot be accepted. */
export function entriesOf(
  report: DriftReport,
  chosen: readonly Chosen[],
  terms: AcceptanceTerms,
): { entries: Entry[]; refused: string[] } {
  const found = new Map(
    report.stacks.flatMap((stack) => stack.merchants.map((merchant) => [merchant.urn, { stack, merchant }])),
  );
  const refused = new Set<string>();
  const entries = new Map<string, Entry>();
  for (const { urn, name: merchantName, group } of chosen) {
    const { stack, merchant } = found.get(urn) ?? {};
    if (stack === undefined || merchant === undefined) continue;
    const problem = problemOf(group.property, merchant);
    if (problem !== undefined) {
      refused.add(`${merchantName}: ${problem}`);
      continue;
    }
    const { directory, stack: name } = stack;
    const { name: property, pinterest } = group.property ?? {};
    const key = JSON.stringify([directory, name, group.id]);
    const merchants = [...(entries.get(key)?.merchants ?? []), merchantName];
    entries.set(key, { directory, stack: name, merchants, ...defined({ property, pinterest }), ...terms });
  }
  return { entries: [...entries.values()], refused: [...refused] };
}

/**
 * Adds differences to the files of accepted drift.
 *
 * @returns the paths of the files, and messages about differences that cannot be accepted.
 */
export function accept(
  report: DriftReport,
  chosen: readonly Chosen[],
  terms: AcceptanceTerms,
): { files: string[]; refused: string[] } {
  const { entries, refused } = entriesOf(report, chosen, terms);
  const byFile = [...Map.groupBy(entries, ({ directory }) => join(directory, fileName))];
  const files = byFile.map(([path, ofFile]) => {
    const accepted = ofFile.map(({ directory: _, ...entry }) => entry);
    return { ...inPlace(path), text: added(textOf(path) ?? "", accepted) };
  });
  try {
    replaceFiles(files);
  } catch (error) {
    throw new CommandError(`accepted drift cannot be written: ${(error as Error).message}`);
  }
  return { files: byFile.map(([path]) => path), refused };
}

function problemOf(
  property: Chosen["group"]["property"],
  { recreated, status }: MerchantReport,
): string | undefined {
  if (recreated)
    return "the integration was recreated at Pinterest, so an update must write its tokens and e-mail again";
  if (property?.secret)
    return `\`${property.name}\` is a secret, whose value the report does not have, so a later change could not be noticed`;
  if (status === "drifted" && property === undefined) return "the report does not name the difference";
  return undefined;
}

/** The text with new entries, which replace earlier ones about the same differences. The rest keeps its comments and format, except for aliases: they become values. */
function added(text: string, accepted: readonly AcceptedDrift[]): string {
  const { isSeq, parseDocument, visit, YAMLSeq } = loadYaml();
  const document = parseDocument(text, { intAsBigInt: true });
  // An edit could change the entry of the anchor, or remove it.
  visit(document, { Alias: (_key, alias) => document.createNode(alias.toJS(document)) });
  if (!isSeq(document.contents)) {
    document.contents = new YAMLSeq() as never;
    if (text === "") document.commentBefore = introduction;
  }
  const list = document.contents as unknown as YAMLSeq<YAMLMap>;
  const namesIn = (entry: YAMLMap) => entry.get("merchants") as YAMLSeq;
  for (const one of accepted) {
    const earlier = list.items.filter(
      (entry) => entry.get("stack") === one.stack && entry.get("property") === one.property,
    );
    for (const names of earlier.map(namesIn)) {
      names.items = names.items.filter((name) => !one.merchants.includes(String(name)));
    }
    // In the place of the first entry that it replaces completely, so that a diff shows what changed.
    const replaced = earlier.find((entry) => namesIn(entry).items.length === 0);
    const index = replaced === undefined ? list.items.length : list.items.indexOf(replaced);
    const entry = document.createNode(one) as YAMLMap;
    if (replaced?.commentBefore) entry.commentBefore = replaced.commentBefore;
    list.items[index] = entry;
  }
  list.items = list.items.filter((entry) => namesIn(entry).items.length > 0);
  return document.toString({ lineWidth: 0 });
}
