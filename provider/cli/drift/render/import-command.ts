import { visibleShellWord } from "../../text/shell";
import { visible } from "../../text/visible";
import type { UnmanagedGroup } from "./grouped";

/** Beyond this, a command that names each is no longer one to read. */
const namedAtMost = 20;

/** How integrations that nothing manages are brought under management: a command, or where there is none, what to do. */
export function howToImport({ stack, account, provider, integrations, soleStack }: UnmanagedGroup): {
  readonly command?: string;
  readonly advice?: string;
} {
  if (provider !== undefined) {
    return {
      advice:
        `declare them in the program with the provider '${visible(provider)}', let \`pulumi preview --import-file FILE\` list ` +
        "them, and `pulumi-pinterest import --fill FILE` fill in the rest",
    };
  }
  const ids = integrations.flatMap(({ externalBusinessId: id }) => (id === undefined ? [] : [id]));
  if (ids.length === 0) {
    return { advice: "they have no external business id, by which integrations are imported" };
  }
  // To import all would take what another stack manages as well.
  const names = ids.length > namedAtMost && soleStack ? undefined : ids;
  return {
    command: [
      "pulumi-pinterest import",
      ...(names === undefined ? ["--all"] : []),
      ...(account === undefined ? [] : [option("--account", account)]),
      ...(stack.directory === "." ? [] : [option("--cwd", stack.directory)]),
      option("--stack", stack.stack),
      // A dash at the beginning of an id would make an option of it.
      ...(names?.some((id) => id.startsWith("-")) ? ["--"] : []),
      ...(names ?? []).map(visibleShellWord),
    ].join(" "),
  };
}

function option(name: string, value: string): string {
  return value.startsWith("-") ? `${name}=${visibleShellWord(value)}` : `${name} ${visibleShellWord(value)}`;
}
