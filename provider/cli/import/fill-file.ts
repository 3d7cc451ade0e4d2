import { resolve } from "node:path";
import { adopted } from "../../lifecycle/adopted";
import { inParallel } from "../../pinterest/in-parallel";
import { openAccess } from "../../stacks/access";
import { frontEndOf } from "../../stacks/integration-types";
import type { CommandContext } from "../command-context";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { findStack } from "../stack/find";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { stackOptions } from "../text/shell";
import { type Declaration, type Declared, declaredBy } from "./declared";
import { type EngineEntry, isIntegrationEntry, readEngineFile, urnEndOf } from "./engine-file";
import { importResourceOf, inSecretForm } from "./import-file";
import { ManagedIntegrations } from "./managed";
import { importCommands } from "./next-steps";
import { assertAlone, type ImportOptions } from "./options";
import { writeFiles } from "./output-files";
import { Owners } from "./owners";
import type { FoundIntegration } from "./plan";
import { shownId } from "./words";

/** What becomes of an entry. */
type Filling = { readonly entry: EngineEntry; readonly externalBusinessId?: string } & (
  | { readonly filled: EngineEntry }
  | { readonly absent: true }
  | { readonly problem: string }
  /** It is none of a commerce integration. */
  | { readonly other: true }
);

const atOnce = 8;

/** Fills the file that `pulumi preview --import-file` wrote: with what Pinterest holds of what the program declares. */
export async function fillFile(
  file: string,
  ids: readonly string[],
  options: ImportOptions,
  { terminal, end }: CommandContext,
): Promise<void> {
  assertAlone(ids, options);
  const path = resolve(options.cwd, file);
  const onStack = stackOptions({ directory: options.cwd, name: options.stack });
  const document = readEngineFile(path, file, onStack);
  const { stack, absent } = await findStack(options);
  if (stack === undefined) {
    throw new CommandError(`--fill asks the program what it declares, for which it needs a stack: ${absent}`);
  }
  const notify = (message: string) => terminal.note(message);
  const { clients } = await openAccess(stack, notify);
  const resources = await stack.resources();
  const managed = new ManagedIntegrations(resources);
  terminal.progress("previewing the program");
  const declarations = await declaredBy(stack);
  for (const { declared } of declarations.values()) {
    if (declared?.account !== undefined && declared.providerUrn === undefined)
      clients.expect(declared.account);
  }
  const owners = new Owners(clients, resources, notify, onStack);
  const fillings = await inParallel(document.resources, atOnce, async (entry): Promise<Filling> => {
    if (!isIntegrationEntry(entry)) return { entry, other: true };
    return fillingOf(entry, declarations.get(urnEndOf(document, entry)), owners, managed);
  });
  const kept = fillings.flatMap((filling) =>
    "absent" in filling ? [] : ["filled" in filling ? filling.filled : filling.entry],
  );
  const text = `${JSON.stringify({ ...document, resources: kept }, undefined, 4)}\n`;
  writeFiles([{ path, shown: file, text, secret: true }]);
  if (fillings.some((filling) => "problem" in filling)) end(exitCodes.error);
  tell(fillings, file, options, terminal);
}

async function fillingOf(
  entry: EngineEntry,
  declaration: Declaration | undefined,
  owners: Owners,
  managed: ManagedIntegrations,
): Promise<Filling> {
  if (declaration === undefined) {
    return {
      entry,
      problem: "is not what the program declares and the stack lacks: make the file anew",
    };
  }
  if (declaration.declared === undefined) return { entry, problem: declaration.problem };
  const { declared } = declaration;
  const { externalBusinessId } = declared;
  const { found, absent, problem } = await owners.find(declared);
  if (found === undefined) {
    return absent ? { entry, externalBusinessId, absent } : { entry, externalBusinessId, problem };
  }
  const resource = managed.find({ account: declared.account, integration: found });
  if (resource !== undefined) {
    const reason = `is an integration that the stack manages already, as '${resource.name}': if it was renamed, give it an alias`;
    return { entry, externalBusinessId, problem: reason };
  }
  return { entry, externalBusinessId, filled: { ...entry, ...propertiesOf(entry, declared, found) } };
}

function propertiesOf(
  { name, type }: EngineEntry,
  declared: Declared,
  found: FoundIntegration["integration"],
): Pick<EngineEntry, "id" | "inputs" | "outputs"> {
  const { externalBusinessId, secrets } = declared;
  const { id, inputs, outputs } = importResourceOf(
    { name, externalBusinessId, ...adopted(found, declared) },
    frontEndOf(type) ?? "dynamic",
  );
  // What the program has as a secret stands in no state in clear, whether or not it always is one.
  for (const bag of [inputs, outputs]) {
    for (const field of secrets) {
      if (["string", "number"].includes(typeof bag[field])) bag[field] = inSecretForm(bag[field]);
    }
  }
  return { id, inputs, outputs };
}

function tell(fillings: readonly Filling[], file: string, options: ImportOptions, terminal: Terminal): void {
  const { cwd, stack, json } = options;
  const refused = fillings.flatMap((filling) =>
    "problem" in filling ? [{ ...named(filling), reason: filling.problem }] : [],
  );
  const filled = fillings.filter((filling) => "filled" in filling).map(named);
  const absent = fillings.filter((filling) => "absent" in filling).map(named);
  const steps = { cwd, stack, file, secretsFile: undefined, protect: false };
  const commands = refused.length > 0 || filled.length === 0 ? [] : importCommands(steps);
  for (const { name, reason } of refused) terminal.note(`error: '${name}' ${reason}`);
  if (json) {
    terminal.out(
      JSON.stringify(
        { version: 1, filled, absent, refused, files: { import: file }, commands },
        undefined,
        2,
      ),
    );
    return;
  }
  if (absent.length > 0) {
    const ids = absent.map(({ externalBusinessId = "" }) => shownId(externalBusinessId));
    terminal.note(
      `${counted(absent.length, "entry", "entries")} taken out of the file: Pinterest has no such integration (${firstOf(ids, 3)}), so \`pulumi up${stackOptions({ directory: cwd, name: stack })}\` creates it`,
    );
  }
  terminal.out(`${counted(filled.length, "entry", "entries")} of ${file} filled`);
  if (refused.length > 0) {
    terminal.out(
      `${counted(refused.length, "entry", "entries")} left as they were: settle that, and run this again`,
    );
  }
  if (commands.length > 0) {
    terminal.out("\nNext, run");
    for (const command of commands) terminal.out(`  ${command}`);
  }
}

function named({ entry, externalBusinessId }: Filling) {
  return {
    name: entry.logicalName ?? entry.name,
    ...(externalBusinessId === undefined ? {} : { externalBusinessId }),
  };
}
