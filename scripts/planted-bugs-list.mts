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
    "counts a refused token as a missing integration",
    "provider/api/errors.ts",
    "return error instanceof PinterestApiError && error.missing;",
    "return error instanceof PinterestApiError && (error.missing || error.status === 401);",
  ),
  bug(
    "counts a proxy's 409 or 403 as an integration of another owner",
    "provider/api/errors.ts",
    "code !== undefined && (status === 409 ||",
    "(status === 409 ||",
  ),
  bug(
    "derives the managed fields from the fields that have a value",
    "provider/lifecycle/read.ts",
    "isImported ? { ...known, managed: managedBy(known), uid: newUid() } : known",
    "{ ...known, managed: managedBy(known), ...(isImported ? { uid: newUid() } : {}) }",
  ),
  bug(
    "removes fields from the managed ones if they were cleared at Pinterest",
    "provider/lifecycle/outputs.ts",
    "return { ...previous, ...pick(live, computedNames), fields };",
    "return { ...previous, ...pick(live, computedNames), fields, managed: previous.managed.filter((name) => name in fields) };",
  ),
  bug(
    "creates without reading first",
    "provider/lifecycle/create.ts",
    "const shown = isReplaced ? undefined : await client.findCommerceIntegration(externalBusinessId);",
    "const shown = (await undefined) as Integration | undefined;",
  ),
  bug(
    "overwrites an existing integration without adopt",
    "provider/lifecycle/create.ts",
    "differing.length > 0 && inputs.adopt !== true",
    "differing.length > 0 && inputs.adopt === false",
  ),
  bug(
    "deletes the integration of a renamed resource under its old name",
    "provider/lifecycle/create.ts",
    'ledger.record("held", { ...outputs, urn: session.currentUrn?.() });',
    "",
  ),
  bug(
    "deletes the integration after an interrupted rename",
    "provider/lifecycle/ledger.ts",
    'this.record(isInState(known) ? "held" : "expected", { ...known, ...place });',
    "void 0;",
  ),
  bug(
    "deletes an integration although its new resource has failed",
    "provider/lifecycle/delete.ts",
    'if (action === "delete" || action === "proposed") return false;',
    'if (action !== "keep" && action !== "pending" && action !== "undetermined") return false;',
  ),
  bug(
    "deletes an integration whose replacement's account cannot be used",
    "provider/lifecycle/delete.ts",
    "await assertReplaceable(known, session);",
    "",
  ),
  bug(
    "does not write the records of a run",
    "provider/lifecycle/ledger.ts",
    "fs.appendFileSync(path,",
    "String(path,",
  ),
  bug(
    "does not read the records of other processes",
    "provider/lifecycle/ledger.ts",
    "this.#access((path) => this.#readNewLines(path));",
    "",
  ),
  bug(
    "keys the records of a run by the process, too",
    "provider/lifecycle/ledger.ts",
    "inodeOf(host, Number(port)) ??",
    "process.pid ??",
  ),
  bug(
    "ignores a record that could not be written to a full disk",
    "provider/lifecycle/ledger.ts",
    "fs.renameSync(path,",
    "String(path,",
  ),
  bug(
    "sends the whole integration in an update",
    "provider/lifecycle/update.ts",
    "(name) => !sameField(name, fields[name], previous.fields[name])",
    "() => true,",
  ),
  bug(
    "repeats a create with an unknown outcome without reading",
    "provider/lifecycle/create.ts",
    "const live = hasUnknownOutcome(error) && !isLast ?",
    "const live = hasUnknownOutcome(error) && isLast ?",
  ),
  bug(
    "does not keep a create that failed halfway in state",
    "provider/lifecycle/outputs.ts",
    "return error instanceof PartialFailure\n",
    'return error instanceof PartialFailure && error.message.startsWith("updating")\n',
  ),
  bug(
    "does not keep an update that failed halfway in state",
    "provider/lifecycle/outputs.ts",
    "return error instanceof PartialFailure\n",
    'return error instanceof PartialFailure && error.message.startsWith("creating")\n',
  ),
  bug(
    "accepts a stale read",
    "provider/lifecycle/read.ts",
    "(live) => (live === undefined ? !isJustWritten : isCurrent(live)),",
    "() => true || isJustWritten || isCurrent,",
  ),
  bug(
    "reads an integration that this process wrote from an older list",
    "provider/lifecycle/read.ts",
    "(live.updatedTimestamp ?? updatedTimestamp) >= updatedTimestamp",
    "(live.updatedTimestamp ?? updatedTimestamp) >= 0",
  ),
  bug(
    "counts an integration that the list lacks as missing",
    "provider/lifecycle/read.ts",
    "  if (listed !== undefined) return listed;",
    "  if (listed !== undefined || !isLookup) return listed;",
  ),
  bug(
    "distinguishes the forms of an unset value",
    "provider/api/integration.ts",
    'value === undefined || value === null || value === "" || value === 0;',
    "value === undefined || value === null;",
  ),
  bug(
    "does not notice a field that Pinterest ignored in an update",
    "provider/lifecycle/create.ts",
    "const ignored = differingFields(names, fields, live);",
    "const ignored = differingFields([], fields, live);",
  ),
  bug(
    "does not notice a field that Pinterest ignored in a create",
    "provider/lifecycle/create.ts",
    "const ignored = differingFields(managedBy(inputs), fields, live);",
    "const ignored = differingFields([], fields, live);",
  ),
  bug(
    "counts a field as cleared without reading it",
    "provider/lifecycle/update.ts",
    "if (uncleared.length === 0) return result;",
    "if (uncleared.length < 99) return result;",
  ),
  bug(
    "clears a field that is to be released",
    "provider/lifecycle/update.ts",
    'removed.length > 0 && inputs.whenRemoved === "release"',
    "removed.length > 99",
  ),
  bug(
    "does not recreate a missing integration in an update",
    "provider/lifecycle/update.ts",
    "    if (!isNotFound(error)) throw error;",
    "    if (error) throw error;",
  ),
  bug(
    "updates with the account of the last known state",
    "provider/lifecycle/update.ts",
    "const client = session.client(inputs.account);",
    "const client = session.client(known.account);",
  ),
  bug(
    "shows a token that an answer repeats",
    "provider/api/redact.ts",
    "if (!suspicious.test(result)) return result;",
    "if (text.length > 0) return text;",
  ),
];
