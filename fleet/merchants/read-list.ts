import { shownText } from "../../provider/api/message-text";
import { FleetError } from "../fleet-error";
import type { Entry } from "./entries";
import { type Merchant, merchantOf } from "./merchant";

/** Number of problems in a message. Others usually have the same cause. */
const listedAtMost = 20;

/** The list was read completely, and some merchants are not valid. */
export class UnfitMerchants extends FleetError {}

/**
 * The merchants of a list, each checked as the resource does.
 *
 * @throws UnfitMerchants at the end of the list, with all problems and their places.
 */
export async function* readMerchants(entries: AsyncIterable<Entry>): AsyncGenerator<Merchant> {
  const problems: string[] = [];
  let wrong = 0;
  for await (const { place, value } of entries) {
    const merchant = merchantOf(value);
    if (isMerchant(merchant)) {
      yield merchant;
      continue;
    }
    wrong += 1;
    if (wrong <= listedAtMost)
      problems.push(...merchant.map((problem) => `  ${place}${named(value)}: ${shownText(problem)}`));
  }
  if (wrong > 0) {
    const more = wrong > listedAtMost ? `\n  and ${wrong - listedAtMost} more` : "";
    throw new UnfitMerchants(
      `${wrong} of the list's merchants are not valid. Nothing was changed:\n${problems.join("\n")}${more}`,
    );
  }
}

function isMerchant(found: Merchant | readonly string[]): found is Merchant {
  return !Array.isArray(found);
}

/** A name is not secret, but the value of another property in its column can be. */
function named(value: unknown): string {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === "string" && /^[\w.-]{1,40}$/.test(name) ? ` ('${name}')` : "";
}
