import { expect, test } from "@jest/globals";
import type { PinterestClient } from "../../provider/api";
import { type Listings, ReadAhead } from "../../provider/lifecycle/listing";

const names = Array.from({ length: 100 }, (_, index) => `account-${index}`);

/** A read-ahead of these accounts, and the accounts whose lists it has requested. */
function recorded(readAheadAccounts: readonly string[], unusable?: string) {
  const requested: string[] = [];
  const client = (account: string | undefined) => {
    if (account === unusable) throw new Error("no token");
    return account as unknown as PinterestClient;
  };
  const listings = { prefetch: (of: PinterestClient) => requested.push(String(of)) };
  const readAhead = new ReadAhead({ client, readAheadAccounts }, listings as unknown as Listings);
  return { readAhead, requested };
}

test("requests each list once if every account is read", () => {
  const { readAhead, requested } = recorded(names);
  for (const name of [...names, ...names]) readAhead.onRead(name);
  // The first account makes its own request.
  expect(requested.sort()).toEqual(names.slice(1).sort());
});

test("requests more lists the more of them are needed", () => {
  const { readAhead, requested } = recorded(names);
  readAhead.onRead("account-0");
  expect(requested).toHaveLength(8);
  readAhead.onRead("account-1");
  expect(requested).toHaveLength(11);
});

test("requests few lists if the stack uses none of the accounts", () => {
  const { readAhead, requested } = recorded(names);
  for (const name of [undefined, "one", "two", "three"]) readAhead.onRead(name);
  expect(requested).toHaveLength(8);
});

test("leaves out an account without a client", () => {
  const { readAhead, requested } = recorded(names.slice(0, 4), "account-2");
  readAhead.onRead("account-0");
  expect(requested).toEqual(["account-1", "account-3"]);
});
