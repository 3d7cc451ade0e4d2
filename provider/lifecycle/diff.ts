import type { Bag } from "./bags";

export interface DiffResult {
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/**
 * Says what forces a replacement, and nothing else: with `changes` left out the engine compares the old inputs with
 * the new ones itself, and so names the properties that differ. An id that is not known yet counts as another one.
 */
export function diff(id: string, news: Bag): DiffResult {
  return {
    replaces: news.externalBusinessId === id ? [] : ["externalBusinessId"],
    deleteBeforeReplace: true,
  };
}
