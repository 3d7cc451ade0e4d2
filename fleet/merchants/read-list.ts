import { shownText } from "../../provider/api/shown";
import { FleetError } from "../fleet-error";
import type { Entry } from "./entries";
import { type Merchant, merchantOf } from "./merchant";

/** As many problems are told at once; what is wrong with more has the same reason as a rule. */
const listedAtMost = 20;

/** The list was read to its end, and some of its merchants are not as they may be. */
export class UnfitMerchants extends FleetError {}

/**
 * The merchants of a list, each looked at as the resource would.
 *
 * @throws UnfitMerchants at the end of the list, with what is wrong and where, if anything is.
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

/** The name is no secret, but another property's value that was put in its place may be. */
function named(value: unknown): string {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === "string" && /^[\w.-]{1,40}$/.test(name) ? ` ('${name}')` : "";
}
