import { type Bag, defined } from "../../provider/base/bag";
import { dynamicType, integrationType } from "../../provider/run/constants";
import * as state from "../fake-engine/state";
import type { Value, Values } from "./fields";

export type ProviderType = "dynamic" | "plugin";

export const providerNames = ["a", "b", "other"] as const;

/** A provider's name, or undefined for the default provider. The provider "other" has a token of another Pinterest user. */
export type ProviderName = (typeof providerNames)[number] | undefined;

/** Only programs in TypeScript record their registrations, and refuse `deleteBeforeReplace`. */
export type Language = "typescript" | "yaml";

/** The engine's identifier of a resource. */
export type Urn = string;

/** The provider that a resource uses. Each provider has its own process. */
export interface ProviderKey {
  readonly type: ProviderType;
  readonly provider: ProviderName;
}

/** What a resource takes from the foreign resource: its external business ID, its account, or nothing. */
export type Source = "id" | "account" | undefined;

/** A resource in a program. */
export interface Declaration extends ProviderKey {
  readonly name: string;
  readonly externalBusinessId: string;
  readonly fields: Values;
  /** The account "alias" is another token of the provider's Pinterest user, "shop-2" one of another user. */
  readonly account: "alias" | "shop-2" | undefined;
  readonly from: Source;
  readonly parent: "component" | undefined;
  /** The old URN. */
  readonly alias: Urn | undefined;
  /** The resource in whose `apply` this one is declared. If it is skipped or fails, this one is missing. */
  readonly within: string | undefined;
  /** Whether the program only reads the integration (`get`). */
  readonly isRead: boolean;
  /** The properties whose change replaces the resource (`replaceOnChanges`). */
  readonly replaceOn: "connectedTagId" | "externalBusinessId" | undefined;
  /** Whether it is replaced with the foreign resource (`replaceWith`). */
  readonly replaceWith: boolean;
  /** Whether the deletion of the foreign resource makes its deletion unnecessary (`deletedWith`). */
  readonly deletedWith: boolean;
  readonly protect: boolean;
  /** `deleteBeforeReplace`. */
  readonly deleteFirst: boolean;
  readonly adopt: boolean;
  readonly whenRemoved: "clear" | "release" | undefined;
}

/** The options of a resource without options. */
export const plainOptions = {
  provider: undefined,
  account: undefined,
  from: undefined,
  parent: undefined,
  alias: undefined,
  within: undefined,
  isRead: false,
  replaceOn: undefined,
  replaceWith: false,
  deletedWith: false,
  protect: false,
  deleteFirst: false,
  adopt: false,
  whenRemoved: undefined,
} as const satisfies Partial<Declaration>;

/** A resource of another provider. Its outputs are an external business ID and the account "alias". */
export interface Foreign {
  readonly value: string;
  /** Whether a change deletes it first. */
  readonly deleteFirst: boolean;
}

/** A program: its resources, in order, after the foreign one. */
export interface Program {
  readonly foreign: Foreign | undefined;
  readonly declarations: readonly Declaration[];
}

export const foreignType = "foreign:index:Resource";
export const foreignUrn: Urn = state.urnOf(foreignType, "foreign");

export const componentType = "model:index:Component";
const componentUrn: Urn = state.urnOf(componentType, "component");

/** The type tokens of integrations. */
export const tokens = { dynamic: dynamicType, plugin: integrationType } as const;

export function urnOf(declared: Pick<Declaration, "type" | "parent" | "name">): Urn {
  return state.urnOf(tokens[declared.type], declared.name, parentUrn(declared));
}

export function parentUrn({ parent }: Pick<Declaration, "parent">): Urn {
  return parent === undefined ? "" : componentUrn;
}

export function providerNameOf(providerUrn: Urn): ProviderName {
  return providerNames.find((name) => name === state.nameOf(providerUrn));
}

/** The token's account at the emulator. */
export function tokenAccount(provider: ProviderName, account: string | undefined): string {
  if (provider === "other") return "shop-2";
  return account ?? "shop-1";
}

/** The declaration with the values of the foreign resource. */
function resolved(declared: Declaration, foreign: Foreign | undefined): Declaration {
  switch (foreign === undefined ? undefined : declared.from) {
    case "id":
      return { ...declared, externalBusinessId: foreign?.value ?? "" };
    case "account":
      return { ...declared, account: "alias" };
    default:
      return { ...declared, from: undefined, replaceWith: false, deletedWith: false };
  }
}

export function resolvedDeclarations({ declarations, foreign }: Program): Declaration[] {
  return declarations.map((each) => resolved(each, foreign));
}

/** The property whose value comes from the foreign resource. */
export function sourceProperty(from: Source): "externalBusinessId" | "account" | undefined {
  return from === "id" ? "externalBusinessId" : from;
}

/** The arguments of a resource, except options of Pulumi. */
export function argumentsOf({
  externalBusinessId,
  fields,
  account,
  provider,
  adopt,
  whenRemoved,
}: Declaration): Bag {
  return defined({
    externalBusinessId,
    ...fields,
    account,
    providerName: provider,
    adopt: adopt || undefined,
    whenRemoved,
  });
}

/** A resource, as a number modulo the number of resources, so that each edit is valid for each program. */
type Nth = number;

/** A change to the program. A rename or move without `alias` is a new resource for the engine. */
export type Edit =
  | { do: "add"; declaration: Declaration; first: boolean }
  | { do: "remove"; nth: Nth }
  /** Removes a resource from a list: each later one takes the ID of the next one. */
  | { do: "shift"; nth: Nth }
  | { do: "rename"; nth: Nth; name: string; alias: boolean; first: boolean }
  | {
      do: "move";
      nth: Nth;
      to: Partial<Pick<Declaration, "provider" | "type" | "parent" | "account">>;
      alias: boolean;
    }
  | { do: "change"; nth: Nth; to: Partial<Declaration> }
  /** Sets a field, or removes it from the program. */
  | { do: "set"; nth: Nth; field: string; value: Value | undefined }
  | { do: "swap"; nth: Nth; other: Nth }
  | { do: "foreign"; foreign: Foreign | undefined }
  /** Restores the program of the `up` before the last one, like after a failure. */
  | { do: "revert" };

/** The program after an edit. An edit that the classes would reject changes nothing. */
export function edited(program: Program, edit: Edit, earlier: Program): Program {
  const result = withoutConflicts(applied(program, edit, earlier));
  return isValid(result) ? result : program;
}

function applied(program: Program, edit: Edit, earlier: Program): Program {
  switch (edit.do) {
    case "revert":
      return earlier;
    case "foreign":
      return { ...program, foreign: edit.foreign };
    default:
      return { ...program, declarations: changed(program.declarations, edit) };
  }
}

type Declarations = readonly Declaration[];

function changed(
  declarations: Declarations,
  edit: Exclude<Edit, { do: "revert" | "foreign" }>,
): Declarations {
  if (edit.do === "add") return added(declarations, edit.declaration, edit.first);
  const index = edit.nth % declarations.length;
  const chosen = declarations[index];
  if (chosen === undefined) return declarations;
  const others = declarations.filter((each) => each !== chosen);
  const replacing = (replacement: Declaration) =>
    declarations.map((each) => (each === chosen ? replacement : each));
  switch (edit.do) {
    case "remove":
      return others;
    case "shift":
      return declarations.slice(0, -1).map((each, position) => {
        const { externalBusinessId, fields } =
          declarations[position < index ? position : position + 1] ?? each;
        return { ...each, externalBusinessId, fields };
      });
    case "rename":
      return added(others, { ...chosen, name: edit.name, alias: aliasOf(chosen, edit) }, edit.first);
    case "move": {
      const moved = { ...chosen, ...edit.to };
      return replacing(urnOf(moved) === urnOf(chosen) ? moved : { ...moved, alias: aliasOf(chosen, edit) });
    }
    case "change":
      return replacing({ ...chosen, ...edit.to });
    case "set":
      return replacing({ ...chosen, fields: withField(chosen.fields, edit) });
    case "swap": {
      const other = others[edit.other % others.length];
      if (other === undefined) return declarations;
      const { externalBusinessId } = other;
      return declarations.map((each) => {
        if (each === chosen) return { ...each, externalBusinessId };
        return each === other ? { ...each, externalBusinessId: chosen.externalBusinessId } : each;
      });
    }
  }
}

function withField(
  fields: Values,
  { field, value }: { readonly field: string; readonly value: Value | undefined },
): Values {
  const { [field]: _, ...others } = fields;
  return value === undefined ? others : { ...others, [field]: value };
}

function aliasOf(chosen: Declaration, { alias }: { readonly alias: boolean }): Urn | undefined {
  return alias ? urnOf(chosen) : undefined;
}

function added(declarations: Declarations, declaration: Declaration, first: boolean): Declarations {
  return first ? [declaration, ...declarations] : [...declarations, declaration];
}

/** Gives two resources for one integration the same fields, because they would otherwise overwrite each other. Removes duplicate aliases. */
function withoutConflicts({ foreign, declarations }: Program): Program {
  const known = new Map<string, Values>();
  const usedUrns = new Set(declarations.map(urnOf));
  return {
    foreign,
    declarations: declarations.map((declared) => {
      const { provider, externalBusinessId } = resolved(declared, foreign);
      const integration = `${tokenAccount(provider, undefined)}/${externalBusinessId}`;
      const fields = known.get(integration) ?? declared.fields;
      known.set(integration, fields);
      const alias = declared.alias !== undefined && usedUrns.has(declared.alias) ? undefined : declared.alias;
      if (alias !== undefined) usedUrns.add(alias);
      return { ...declared, fields, alias };
    }),
  };
}

/** Whether names are unique, and IDs are unique for each provider and account, as the classes require. */
function isValid(program: Program): boolean {
  const declarations = resolvedDeclarations(program);
  const names = new Set(declarations.map(({ name }) => name));
  const managed = declarations.filter(({ isRead }) => !isRead);
  const keys = new Set(
    managed.map(({ provider, account, externalBusinessId }) =>
      [provider, account, externalBusinessId].join(),
    ),
  );
  return names.size === declarations.length && keys.size === managed.length;
}
