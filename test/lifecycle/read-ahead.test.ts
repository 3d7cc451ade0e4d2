import { expect, test } from "@jest/globals";
import type { PinterestClient } from "../../provider/api";
import { Listings } from "../../provider/lifecycle/listing";

const names = Array.from({ length: 100 }, (_, index) => `account-${index}`);

/** Start the read-ahead of these accounts. @returns the accounts whose lists were requested. */
function startReadAhead(readAheadAccounts: readonly string[], unusable?: string) {
  const requested: string[] = [];
  const client = (account: string | undefined) => {
    if (account === unusable) throw new Error("no token");
    const listIntegrations = async () => {
      requested.push(String(account));
      return { items: [] };
    };
    return { listIntegrations } as unknown as PinterestClient;
  };
  const listings = new Listings({ client, readAheadAccounts, now: () => 0 });
  return { listings, requested };
}

test("requests each list once if every account is read", () => {
  const { listings, requested } = startReadAhead(names);
  for (const name of [...names, ...names]) listings.readAhead(name);
  // The first account makes its own request.
  expect(requested.sort()).toEqual(names.slice(1).sort());
});

test("requests another list for each one that is needed", () => {
  const { listings, requested } = startReadAhead(names);
  listings.readAhead("account-0");
  expect(requested).toHaveLength(32);
  listings.readAhead("account-1");
  expect(requested).toHaveLength(33);
});

test("requests at most 32 lists that the stack does not use", () => {
  const { listings, requested } = startReadAhead(names);
  for (const name of [undefined, "one", "two", "three"]) listings.readAhead(name);
  expect(requested).toHaveLength(32);
});

test("reads no list ahead for a stack without named accounts", () => {
  const { listings, requested } = startReadAhead(names);
  listings.readAhead(undefined);
  expect(requested).toEqual([]);
});

test("skips an account without a client", () => {
  const { listings, requested } = startReadAhead(names.slice(0, 4), "account-2");
  listings.readAhead("account-0");
  expect(requested).toEqual(["account-1", "account-3"]);
});
