import type { Bag } from "./bags";
import type { Identity } from "./session";

/**
 * Which integrations the program's resources hold that are in state already. When a rename without alias was cut short,
 * state has one integration under both names, and the next operation has nothing left to do but to delete the old one:
 * Pinterest must not hear of that.
 *
 * Told by what the engine asks of every resource of a program, before it deletes what left the program: a check, with the
 * old inputs unless the resource is made or replaced, then a comparison with the old outputs. Refreshes compare
 * without a check before, and destroys do neither.
 */
export class Claims {
  /** The owner of what is held, or nothing while that is not known, by place. */
  readonly #held = new Map<string, string | undefined>();

  /** @param olds the inputs in state; empty for a resource that is made, and for one that is replaced. */
  checked(olds: Bag, news: Bag): void {
    if (olds.externalBusinessId === undefined) {
      this.#held.delete(place(news));
    } else if (olds.externalBusinessId === news.externalBusinessId) {
      this.#held.set(place(news), undefined);
    }
  }

  /** @param olds the outputs in state. */
  compared(olds: Bag, news: Bag): void {
    if (this.#held.has(place(news))) {
      this.#held.set(place(news), ownersPlace(olds));
    }
  }

  /** Whether a resource of the program holds it, perhaps under another name of its account. */
  hold(previous: Identity): boolean {
    const owned = ownersPlace(previous);
    return (
      this.#held.has(place(previous)) || (owned !== undefined && [...this.#held.values()].includes(owned))
    );
  }
}

function ownersPlace({ connectedUserId, externalBusinessId }: Bag | Identity): string | undefined {
  return connectedUserId === undefined ? undefined : JSON.stringify([connectedUserId, externalBusinessId]);
}

function place({ account, externalBusinessId }: Bag | Identity): string {
  return JSON.stringify([account ?? null, externalBusinessId]);
}
