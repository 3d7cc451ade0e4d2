import { type Clients, takeInventory } from "../../configuration";
import type { Integration } from "../../pinterest";
import { isNotFound, isOwnedByAnother } from "../../pinterest/classify";
import { shellWord } from "../../process/shell-word";
import { type Access, openProviderAccess } from "../../stacks/access";
import type { ExportedResource } from "../../stacks/stack";
import type { Declared } from "./declared";
import type { FoundIntegration } from "./plan";

/** What became of looking for what a program declares. */
export type LookedUp =
  | {
      readonly found: FoundIntegration["integration"];
      readonly absent?: undefined;
      readonly problem?: undefined;
    }
  /** It is not at Pinterest. */
  | { readonly absent: true; readonly found?: undefined; readonly problem?: undefined }
  /** The end of a sentence that begins with the resource. */
  | { readonly problem: string; readonly found?: undefined; readonly absent?: undefined };

/** Finds what a program declares with the credentials that the program would use, explicit providers included. */
export class Owners {
  readonly #explicit = new Map<string, Promise<Access>>();
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, Integration>>>();

  /**
   * @param clients those of the default provider.
   * @param resources what the stack holds, where explicit providers have their configuration.
   * @param notify is told of waits.
   * @param options those by which commands find the stack.
   */
  constructor(
    private readonly clients: Clients,
    private readonly resources: readonly ExportedResource[],
    private readonly notify: (message: string) => void,
    private readonly options = "",
  ) {}

  /** Looks a declared integration up: in its account's list, which shows secrets, and by its id where that lacks it. */
  async find({ externalBusinessId, account, providerUrn }: Declared): Promise<LookedUp> {
    try {
      const clients = providerUrn === undefined ? this.clients : (await this.#accessOf(providerUrn))?.clients;
      if (clients === undefined) {
        return {
          problem: `has an explicit provider that the stack has not got yet, so its token is not known: deploy that first with \`pulumi up --target ${shellWord(String(providerUrn))}${this.options}\`, and make the file anew`,
        };
      }
      const listed = (await this.#listOf(clients, account, providerUrn)).get(externalBusinessId);
      const found = listed ?? (await clients.client(account).getCommerceIntegration(externalBusinessId));
      return { found: { ...found, externalBusinessId } };
    } catch (error) {
      if (isNotFound(error)) return { absent: true };
      return {
        problem: isOwnedByAnother(error)
          ? "is an integration of another Pinterest account: give it that account, or another externalBusinessId"
          : `could not be looked up: ${(error as Error).message}`,
      };
    }
  }

  #listOf(
    clients: Clients,
    account: string | undefined,
    providerUrn: string | undefined,
  ): Promise<ReadonlyMap<string, Integration>> {
    const key = JSON.stringify([providerUrn ?? null, account ?? null]);
    const list = this.#lists.get(key) ?? listed(clients, account);
    this.#lists.set(key, list);
    return list;
  }

  #accessOf(urn: string): Promise<Access> | undefined {
    const known = this.#explicit.get(urn);
    const provider = this.resources.find((resource) => resource.urn === urn);
    if (known !== undefined || provider === undefined) return known;
    const access = openProviderAccess(provider, this.notify);
    this.#explicit.set(urn, access);
    return access;
  }
}

/** An account that has no list may still be asked for each by its id. */
async function listed(
  clients: Clients,
  account: string | undefined,
): Promise<ReadonlyMap<string, Integration>> {
  const [inventory] = await takeInventory(clients, [account]);
  return new Map(
    inventory?.integrations?.flatMap((item) =>
      item.externalBusinessId === undefined ? [] : [[item.externalBusinessId, item] as const],
    ),
  );
}
