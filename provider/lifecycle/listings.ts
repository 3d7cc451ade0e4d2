import type { PinterestClient } from "../api";
import type { Integration } from "../api/integration";
import { secretFieldNames } from "./bags";
import { Listing } from "./listing";
import type { Surroundings } from "./session";

/** The lists of all accounts, and what in them this process has made stale. One object serves one process. */
export class Listings {
  readonly #surroundings: Surroundings;
  readonly #listings = new Map<PinterestClient, Listing>();
  /** By id alone: two names of an account may lead to one integration. */
  readonly #written = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** From now on, whatever becomes of the write, only an answer about this integration itself tells how it is. */
  writing(externalBusinessId: string): void {
    this.#written.add(externalBusinessId);
  }

  /** Requests the first page of an account's list before a read needs it. */
  prefetch(client: PinterestClient): void {
    this.#of(client).prefetch();
  }

  /** What the account's list shows of an integration, or nothing where only its own answer tells. */
  async find(
    client: PinterestClient,
    externalBusinessId: string,
    isCurrent: (record: Integration) => boolean,
  ): Promise<Integration | undefined> {
    if (this.#written.has(externalBusinessId)) {
      return undefined;
    }
    const record = await this.#of(client).find(externalBusinessId, isCurrent);
    return this.#written.has(externalBusinessId) ? undefined : record;
  }

  #of(client: PinterestClient): Listing {
    let listing = this.#listings.get(client);
    if (listing === undefined) {
      const { now, compareSecrets } = this.#surroundings;
      listing = new Listing(client, now, compareSecrets ? (record) => record : withoutSecrets);
      this.#listings.set(client, listing);
    }
    return listing;
  }
}

function withoutSecrets(record: Integration): Integration {
  const { ...rest } = record;
  for (const name of secretFieldNames) delete rest[name];
  return rest;
}
