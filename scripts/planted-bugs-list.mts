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
    "provider/api/error-predicates.ts",
    "return error instanceof PinterestApiError && error.missing;",
    "return error instanceof PinterestApiError && (error.missing || error.status === 401);",
  ),
  bug(
    "counts a proxy's 409 or 403 as an integration of another owner",
    "provider/api/error-predicates.ts",
    "if (code === undefined) return false;",
    "",
  ),
  bug(
    "derives the managed fields from the fields that have a value",
    "provider/lifecycle/read.ts",
    ": { outputs, isCreateUncertain",
    ": { outputs: { ...outputs, managed: managedBy(outputs) }, isCreateUncertain",
  ),
  bug(
    "removes fields from the managed ones if they were cleared at Pinterest",
    "provider/lifecycle/outputs.ts",
    "const outputs = { ...previous, ...pick(live, computedNames), fields };",
    "const outputs = { ...previous, ...pick(live, computedNames), fields, managed: managed.filter((name) => name in fields) };",
  ),
  bug(
    "lets a read erase drift from the record of the last write",
    "provider/lifecycle/outputs.ts",
    "return { ...outputs, written: withMarks(written,",
    "return { ...outputs, written: withMarks(writtenRecord({ ...previous, fields }),",
  ),
  bug(
    "deletes although an account has failed, so that resources may be missing",
    "provider/run/ownership.ts",
    'const isPartial = run.isPartial || records.notes("awaiting").length > 0;',
    "const isPartial = run.isPartial;",
  ),
  bug(
    "takes a copied entry of state for its original",
    "provider/lifecycle/provider-process.ts",
    "return others.length > 0 && (urn === undefined || first?.urn !== urn);",
    "return false;",
  ),
  bug(
    "creates without reading first",
    "provider/lifecycle/create.ts",
    "const found = await client.findCommerceIntegration(inputs.externalBusinessId);",
    "const found = (await undefined) as Integration | undefined;",
  ),
  bug(
    "overwrites an existing integration without adopt",
    "provider/lifecycle/adopt.ts",
    "differing.length > 0 && inputs.adopt !== true",
    "differing.length > 0 && inputs.adopt === false",
  ),
  bug(
    "does not record that a create has put its resource into state",
    "provider/lifecycle/create.ts",
    'ledger.record("created", identityOf(end.outputs, urn));',
    "",
  ),
  bug(
    "deletes the integration after an interrupted rename, if reads are skipped",
    "provider/lifecycle/provider-process.ts",
    "if (known.uid !== undefined) this.ledger",
    'if (known.uid !== undefined && this.session.readMode() !== "skip") this.ledger',
  ),
  bug(
    "deletes an integration although another resource that wants it is not in state",
    "provider/run/ownership.ts",
    'return { action: "fail", reason: "wanted" };',
    'return { action: "delete" };',
  ),
  bug(
    "deletes an integration before the program has ended",
    "provider/run/ownership.ts",
    'return { action: "fail", reason: early };',
    'return { action: "delete" };',
  ),
  bug(
    "deletes an integration in a partial run without proof",
    "provider/run/ownership.ts",
    'return { action: "fail", reason: "partial" };',
    'return { action: "delete" };',
  ),
  bug(
    "deletes a shared integration with the first resource that leaves",
    "provider/run/ownership.ts",
    '(["leaving", "deleting"].includes(one.event) && index > own)',
    "false",
  ),
  bug(
    "keeps a shared integration when all its resources leave",
    "provider/run/ownership.ts",
    '(["leaving", "deleting"].includes(one.event) && index > own)',
    '["leaving", "deleting"].includes(one.event)',
  ),
  bug(
    "counts an unknown external business ID as a replacement",
    "provider/lifecycle/diff.ts",
    "externalBusinessId === id || externalBusinessId === unknownValue",
    "externalBusinessId === id",
  ),
  bug(
    "gives the resource of a forced replacement the UID of its predecessor",
    "provider/lifecycle/adopt.ts",
    "...parseRecord(replaced.managed),",
    "...parseRecord(replaced.managed),\n    uid: (replaced as { uid?: string }).uid,",
  ),
  bug(
    "does not record creates that the engine plans",
    "provider/lifecycle/provider-process.ts",
    "if (isNew && inputs.externalBusinessId !== unknownValue)\n        this",
    "if (isNew && inputs.externalBusinessId === unknownValue)\n        this",
  ),
  bug(
    "does not record comparisons with unknown values",
    "provider/lifecycle/provider-process.ts",
    'containsUnknown(news) ? "undetermined" : "held"',
    '"held"',
  ),
  bug(
    "does not name the creates of an interrupted command",
    "provider/lifecycle/process-warnings.ts",
    "RunLedger.takeInterruptedCreates(urn,",
    'RunLedger.takeInterruptedCreates("",',
  ),
  bug(
    "ignores what a resource declares that a command leaves out",
    "provider/sdk/run-records.ts",
    "else if (keyOf(declared) !== keyOf(inState))",
    "else if (!isIdentity(inState))",
  ),
  bug(
    "does not write the records of a run",
    "provider/run/ledger.ts",
    "fs.appendFileSync(file,",
    "String(file,",
  ),
  bug(
    "does not read the records of other processes",
    "provider/run/ledger.ts",
    "this.readBytes += end;",
    "this.readBytes += end;\n      return;",
  ),
  bug(
    "keys the records of a run by the process, too",
    "provider/run/ledger.ts",
    "this.path = join(RunLedger.directory,",
    "this.path = join(RunLedger.directory + process.pid,",
  ),
  bug(
    "ignores a record that could not be written to a full disk",
    "provider/run/ledger.ts",
    "fs.renameSync(path, incompleteOf(path))",
    "String(path)",
  ),
  bug(
    "uses the records of a run although its file was replaced",
    "provider/run/ledger.ts",
    "if (!isFileAt(path, file)) throw",
    "if (file < 0) throw",
  ),
  bug(
    "sends the whole integration in an update",
    "provider/lifecycle/patch.ts",
    "(name) => !sameField(name, fields[name], previous.fields[name])",
    "() => true,",
  ),
  bug(
    "repeats a create with an unknown outcome without reading",
    "provider/lifecycle/create.ts",
    "if (found !== undefined) return found;",
    "",
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
    "provider/lifecycle/stale-reads.ts",
    "(live) => (live === undefined ? !isJustWritten : isCurrent(live, known)),",
    "() => true || isJustWritten,",
  ),
  bug(
    "reads an integration that this process wrote from an older list",
    "provider/lifecycle/stale-reads.ts",
    "(live.updatedTimestamp ?? updatedTimestamp) >= updatedTimestamp",
    "(live.updatedTimestamp ?? updatedTimestamp) >= 0",
  ),
  bug(
    "counts an integration that the list lacks as missing",
    "provider/lifecycle/read.ts",
    "  if (listed !== undefined) return listed;",
    "  if (listed !== undefined || session.listings.has(client)) return listed;",
  ),
  bug(
    "distinguishes the forms of an unset value",
    "provider/api/integration.ts",
    "(value ? String(value) : undefined)",
    "(value === undefined || value === null ? undefined : String(value))",
  ),
  bug(
    "does not notice a field that Pinterest ignored in an update",
    "provider/lifecycle/patch.ts",
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
    "provider/lifecycle/patch.ts",
    "if (uncleared.length === 0) return result;",
    "if (uncleared.length < 99) return result;",
  ),
  bug(
    "clears a field that is to be released",
    "provider/lifecycle/patch.ts",
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
    "shows a token that a response repeats",
    "provider/api/redact.ts",
    "return stillContainsValue ? redactedMark : withoutLikelySecrets;",
    "return text;",
  ),
  bug(
    "tries only the newest refresh token of the token file",
    "provider/api/credentials/token-exchange.ts",
    "[...latest.candidates, configured]",
    "[...latest.candidates.slice(0, 1), configured]",
  ),
  bug(
    "gives up after the rejection of one saved refresh token",
    "provider/api/credentials/token-exchange.ts",
    "refreshTokens.every((token)",
    "refreshTokens.some((token)",
  ),
  bug(
    "reads an import with empty properties as a lookup",
    "provider/plugin/resources.ts",
    "Object.keys(decoded.values).length === 0 ? undefined : decoded",
    "struct === undefined ? undefined : decoded",
  ),
];
