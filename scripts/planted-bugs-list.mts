/** A bug to plant: one exact text of one file, and what to put in its place. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const bug = (name: string, file: string, from: string, to: string): PlantedBug => ({ name, file, from, to });

/** Each of these breaks a promise. The model test, or else another unit or protocol test, must fail on it. */
export const plantedBugs: readonly PlantedBug[] = [
  bug(
    "a refused token is taken for an integration that is gone",
    "provider/api/errors.ts",
    "return error instanceof PinterestApiError && error.missing;",
    "return error instanceof PinterestApiError && (error.missing || error.status === 401);",
  ),
  bug(
    "a proxy's 404 is taken for an integration that is gone",
    "provider/api/errors.ts",
    "    error.code !== undefined &&\n    (error.status",
    "    (error.status",
  ),
  bug(
    "what is managed is derived from the fields that have a value",
    "provider/lifecycle/read.ts",
    "isImported ? { ...known, managed: managedBy(known), uid: newUid() } : known",
    "{ ...known, managed: managedBy(known), ...(isImported ? { uid: newUid() } : {}) }",
  ),
  bug(
    "a read forgets the fields that were cleared behind the program's back",
    "provider/lifecycle/outputs.ts",
    "return { ...rest, ...pick(live, computedNames), fields };",
    "return { ...rest, ...pick(live, computedNames), fields, managed: rest.managed.filter((name) => name in fields) };",
  ),
  bug(
    "a create does not ask first",
    "provider/lifecycle/create.ts",
    "const shown = isReplaced ? undefined : await findIntegration(client, externalBusinessId);",
    "const shown = (await undefined) as Integration | undefined;",
  ),
  bug(
    "what is there already is overwritten without adopt",
    "provider/lifecycle/create.ts",
    "differing.length > 0 && inputs.adopt !== true",
    "differing.length > 0 && inputs.adopt === false",
  ),
  bug(
    "a renamed resource's integration is deleted under its old name",
    "provider/lifecycle/create.ts",
    'ledger.record("held", { ...outputs, urn: session.currentUrn?.() });',
    "",
  ),
  bug(
    "a rename that was cut short ends in a deletion",
    "provider/lifecycle/ownership.ts",
    'this.record(isInState(known) ? "held" : "expected", { ...known, ...place });',
    "void 0;",
  ),
  bug(
    "an integration is deleted although its new resource has failed",
    "provider/lifecycle/delete.ts",
    'if (action === "delete") return false;',
    'if (action === "delete" || action === "failed") return false;',
  ),
  bug(
    "the records of a run are not written",
    "provider/runtime/ledger.ts",
    "fs.appendFileSync(path,",
    "String(path,",
  ),
  bug(
    "the records of other processes are not read",
    "provider/runtime/ledger.ts",
    "this.#access((path) => this.#readNewLines(path));",
    "",
  ),
  bug(
    "the records of a run are keyed by the process, too",
    "provider/runtime/ledger.ts",
    "inodeOf(host, Number(port)) ??",
    "process.pid ??",
  ),
  bug(
    "a record that a full disk refused is forgotten",
    "provider/runtime/ledger.ts",
    "fs.renameSync(path,",
    "String(path,",
  ),
  bug(
    "an update sends the whole integration",
    "provider/lifecycle/update.ts",
    "(name) => !sameField(name, fields[name], previous.fields[name])",
    "() => true,",
  ),
  bug(
    "a creation whose outcome is unknown is sent again without a look",
    "provider/lifecycle/create.ts",
    "const live = hasUnknownOutcome(error) && !isLast ?",
    "const live = hasUnknownOutcome(error) && isLast ?",
  ),
  bug(
    "a creation that failed halfway is not kept",
    "provider/lifecycle/outputs.ts",
    "return error instanceof PartialFailure\n",
    'return error instanceof PartialFailure && error.message.startsWith("updating")\n',
  ),
  bug(
    "an update that failed halfway is not kept",
    "provider/lifecycle/outputs.ts",
    "return error instanceof PartialFailure\n",
    'return error instanceof PartialFailure && error.message.startsWith("creating")\n',
  ),
  bug(
    "a read that lags behind the last write is believed",
    "provider/lifecycle/read.ts",
    "(live) => (live === undefined ? !isJustWritten : isCurrent(live, previous)),",
    "() => true || isJustWritten,",
  ),
  bug(
    "an integration that this process wrote is read from an older list",
    "provider/lifecycle/read.ts",
    "    live.updatedTimestamp >= updatedTimestamp\n",
    "    live.updatedTimestamp > 0\n",
  ),
  bug(
    "an integration that the list lacks is taken for gone",
    "provider/lifecycle/read.ts",
    "  if (listed !== undefined) return listed;",
    "  if (listed !== undefined || !isLookup) return listed;",
  ),
  bug(
    "unset values are not one",
    "provider/api/integration.ts",
    'value === undefined || value === null || value === "" || value === 0;',
    "value === undefined || value === null;",
  ),
  bug(
    "a field that Pinterest ignored in an update is not noticed",
    "provider/lifecycle/create.ts",
    "const ignored = differingFields(names, fields, live);",
    "const ignored = differingFields([], fields, live);",
  ),
  bug(
    "a field that Pinterest ignored in a creation is not noticed",
    "provider/lifecycle/create.ts",
    "const ignored = differingFields(managedBy(inputs), fields, live);",
    "const ignored = differingFields([], fields, live);",
  ),
  bug(
    "a field counts as cleared unread",
    "provider/lifecycle/update.ts",
    "  if (uncleared.length > 0) {",
    "  if (uncleared.length > 99) {",
  ),
  bug(
    "a field that is to be released is cleared",
    "provider/lifecycle/update.ts",
    'removed.length > 0 && inputs.whenRemoved === "release"',
    "removed.length > 99",
  ),
  bug(
    "an integration that has vanished is not made anew by an update",
    "provider/lifecycle/update.ts",
    "    if (!isNotFound(error)) throw error;",
    "    if (error) throw error;",
  ),
  bug(
    "an update asks with the token that state knows",
    "provider/lifecycle/update.ts",
    "const client = session.client(inputs.account);",
    "const client = session.client(previous.account);",
  ),
  bug(
    "a token is shown that an answer repeats",
    "provider/api/redact.ts",
    "if (!suspicious.test(result)) return result;",
    "if (text.length > 0) return text;",
  ),
];
