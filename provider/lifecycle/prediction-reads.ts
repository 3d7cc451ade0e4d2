import type { Integration, PinterestClient } from "../api";
import { keyOf, type Place } from "../run/identity";
import type { RunLedger } from "../run/ledger";
import { isAccountFailure, isOutage } from "./drift-check";
import type { Listings } from "./listing";

/** Number of reads in a row that fail because of an outage, after which no further ones are sent. */
const maxOutagesInRow = 3;

interface Dependencies {
  client(account: string | undefined): PinterestClient;
  readonly ledger: Pick<RunLedger, "knownRecords">;
  readonly listings: Pick<Listings, "find" | "has">;
}

/**
 * Reads the integrations of predicted creates. The engine checks one resource at a time, so a failure must not be repeated for each of
 * thousands of creates.
 */
export class PredictionReads {
  private readonly failed = new Map<string | undefined, unknown>();
  private readonly accounts = new Set<string | undefined>();
  private outagesInRow = 0;
  private outage: unknown;

  /** @throws the error of the read, or an earlier one that it would repeat */
  async find(place: Place, dependencies: Dependencies): Promise<Integration | undefined> {
    const { account } = place;
    const known = this.failed.get(account) ?? this.outage;
    if (known !== undefined) throw known;
    if (isReadAsMissing(place, dependencies)) return undefined;
    try {
      const found = await this.request(place, dependencies);
      this.outagesInRow = 0;
      return found;
    } catch (error) {
      if (isAccountFailure(error)) this.failed.set(account, error);
      this.outagesInRow = isOutage(error) ? this.outagesInRow + 1 : 0;
      if (this.outagesInRow === maxOutagesInRow) this.outage = error;
      throw error;
    }
  }

  /** A single create of an account is requested. For several, or if a page of the account's list is there, the list saves requests. */
  private async request({ externalBusinessId, account }: Place, { client, listings }: Dependencies) {
    const accountClient = client(account);
    const usesList = this.accounts.has(account) || listings.has(accountClient);
    this.accounts.add(account);
    const listed = usesList && (await listings.find(accountClient, externalBusinessId, () => true));
    return listed || accountClient.findCommerceIntegration(externalBusinessId);
  }
}

/** Whether this run has read an integration in state, and found it missing. */
function isReadAsMissing(place: Place, { ledger }: Dependencies): boolean {
  const records = ledger.knownRecords().about(place.externalBusinessId);
  return records.some((one) => one.event === "removed" && keyOf(one) === keyOf(place));
}
