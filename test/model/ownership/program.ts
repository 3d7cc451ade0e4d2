import type { Bag } from "../../../provider/lifecycle/outputs";

export type ProviderType = "dynamic" | "plugin";

/** A provider's name, or undefined for the default provider. The provider "other" has a token of another Pinterest user. */
export type ProviderName = "a" | "b" | "other" | undefined;

/** Only the TypeScript classes record declarations, and delete first if the engine forces a replacement. */
export type Language = "typescript" | "yaml";

/** The engine's identifier of a resource: type, parent's type, and name. */
export type Urn = string;

/** The provider that a resource uses. Each provider has its own process. */
export interface ProviderKey {
  readonly type: ProviderType;
  readonly provider: ProviderName;
}

/** A resource in a program. */
export interface Declaration extends ProviderKey {
  readonly name: string;
  readonly externalBusinessId: string;
  readonly tag: string;
  /** The account "alias" is another token of the provider's Pinterest user. */
  readonly account: "alias" | undefined;
  readonly parent: "component" | undefined;
  /** The old URN. */
  readonly alias: Urn | undefined;
  /** Whether a change of the tag replaces the resource (`replaceOnChanges`). */
  readonly replaceOnTag: boolean;
  readonly adopt: boolean;
}

/** The resources of a program, in order. */
export type Program = readonly Declaration[];

export function urnOf({ type, parent, name }: Pick<Declaration, "type" | "parent" | "name">): Urn {
  return [type, ...(parent === undefined ? [] : [parent]), name].join("::");
}

/** The token's account at the emulator. */
export function tokenAccount(provider: ProviderName, account: string | undefined): string {
  if (provider === "other") return "shop-2";
  return account ?? "shop-1";
}

/** The inputs of a declaration that the provider receives. */
export function bagOf({ externalBusinessId, tag, account, provider, adopt }: Declaration): Bag {
  return {
    externalBusinessId,
    connectedTagId: tag,
    ...(account === undefined ? {} : { account }),
    ...(provider === undefined ? {} : { providerName: provider }),
    ...(adopt ? { adopt } : {}),
  };
}

/** A resource, as a number modulo the number of resources, so that each edit is valid for each program. */
type Nth = number;

/** A change to the program. A rename or move without `alias` is a new resource for the engine. */
export type Edit =
  | { do: "add"; declaration: Declaration; first: boolean }
  | { do: "remove"; nth: Nth }
  | { do: "rename"; nth: Nth; name: string; alias: boolean; first: boolean }
  | {
      do: "move";
      nth: Nth;
      to: Partial<Pick<Declaration, "provider" | "type" | "parent" | "account">>;
      alias: boolean;
    }
  | { do: "change"; nth: Nth; to: Partial<Pick<Declaration, "externalBusinessId" | "tag" | "replaceOnTag">> }
  | { do: "swap"; nth: Nth; other: Nth }
  /** Restores the program of the `up` before the last one, like after a failure. */
  | { do: "revert" };

/** The program after an edit. An edit that the classes would reject changes nothing. */
export function edited(program: Program, edit: Edit, earlier: Program): Program {
  const result = withoutConflicts(applied(program, edit, earlier));
  return isValid(result) ? result : program;
}

function applied(program: Program, edit: Edit, earlier: Program): Program {
  if (edit.do === "revert") return earlier;
  if (edit.do === "add") return added(program, edit.declaration, edit.first);
  const chosen = program[edit.nth % program.length];
  if (chosen === undefined) return program;
  const others = program.filter((each) => each !== chosen);
  const replacing = (changed: Declaration) => program.map((each) => (each === chosen ? changed : each));
  switch (edit.do) {
    case "remove":
      return others;
    case "rename":
      return added(others, { ...chosen, name: edit.name, alias: aliasOf(chosen, edit) }, edit.first);
    case "move": {
      const moved = { ...chosen, ...edit.to };
      return replacing(urnOf(moved) === urnOf(chosen) ? moved : { ...moved, alias: aliasOf(chosen, edit) });
    }
    case "change":
      return replacing({ ...chosen, ...edit.to });
    case "swap": {
      const other = others[edit.other % others.length];
      if (other === undefined) return program;
      const { externalBusinessId } = other;
      return program.map((each) => {
        if (each === chosen) return { ...each, externalBusinessId };
        return each === other ? { ...each, externalBusinessId: chosen.externalBusinessId } : each;
      });
    }
  }
}

function aliasOf(chosen: Declaration, { alias }: { readonly alias: boolean }): Urn | undefined {
  return alias ? urnOf(chosen) : undefined;
}

function added(program: Program, declaration: Declaration, first: boolean): Program {
  return first ? [declaration, ...program] : [...program, declaration];
}

/** Gives two resources for one integration the same tag, because they would otherwise overwrite each other. Removes duplicate aliases. */
function withoutConflicts(program: Program): Program {
  const tags = new Map<string, string>();
  const usedUrns = new Set(program.map(urnOf));
  return program.map((declared) => {
    const integration = integrationKey(declared);
    const tag = tags.get(integration) ?? declared.tag;
    tags.set(integration, tag);
    const alias = declared.alias !== undefined && usedUrns.has(declared.alias) ? undefined : declared.alias;
    if (alias !== undefined) usedUrns.add(alias);
    return { ...declared, tag, alias };
  });
}

/** The integration at Pinterest: an external business ID and its owner. */
function integrationKey({
  externalBusinessId,
  provider,
}: Pick<Declaration, "externalBusinessId" | "provider">): string {
  return `${provider === "other" ? "shop-2" : "shop-1"}/${externalBusinessId}`;
}

const maxDeclarations = 4;

/** Whether names are unique, and IDs are unique for each provider and account, as the classes require. */
function isValid(program: Program): boolean {
  const names = new Set(program.map(({ name }) => name));
  const keys = new Set(
    program.map(({ provider, account, externalBusinessId }) =>
      [provider, account, externalBusinessId].join(),
    ),
  );
  return names.size === program.length && keys.size === program.length && program.length <= maxDeclarations;
}
