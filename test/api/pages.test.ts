import { expect, test } from "@jest/globals";
import { type IntegrationFilter, listAll, matches } from "../../provider/api/pages";
import { fake } from "./helpers/fake-client";

const integration = {
  externalBusinessId: "eu-shop",
  connectedMerchantId: "1",
  connectedAdvertiserId: "2",
  connectedTagId: "3",
};

test.each<[boolean, IntegrationFilter]>([
  [true, {}],
  [false, { connectedMerchantId: "2" }],
  [true, { connectedAdvertiserId: "2", connectedTagId: "3" }],
  [false, { connectedAdvertiserId: "2", connectedTagId: "2" }],
  [false, { externalBusinessIdPrefix: "shop" }],
  [false, { connectedTagId: "3", externalBusinessIdPrefix: "us-" }],
])("matches() returns %s for %p", (expected, filter) => {
  expect(matches(filter)(integration)).toBe(expected);
});

test("a prefix excludes integrations without an external business ID", () => {
  const { externalBusinessId: _, ...unnamed } = integration;
  expect(matches({ externalBusinessIdPrefix: "eu-" })(unnamed)).toBe(false);
  expect(matches({ connectedTagId: "3" })(unnamed)).toBe(true);
});

/** A client whose list has these pages of integration IDs, with the number of the next page as bookmark. */
function pagesOf(...pages: readonly (readonly string[])[]) {
  return fake(({ path }) => {
    const page = Number(new URL(path, "https://api").searchParams.get("bookmark") ?? 0);
    const items = (pages[page] ?? []).map((id) => ({ id }));
    return { status: 200, body: { items, bookmark: page + 1 < pages.length ? `${page + 1}` : null } };
  });
}

const idsOf = (items: readonly { integrationId?: string }[]) =>
  items.map(({ integrationId }) => integrationId);

test("lists all pages, of 250 by default, and each integration once", async () => {
  const { clock, api, client } = pagesOf(["1", "2"], [], ["2", "3"]);
  const sizes: number[] = [];
  const { items, truncated } = await clock.run(listAll(client, { onPage: (size) => sizes.push(size) }));
  expect(idsOf(items)).toEqual(["1", "2", "3"]);
  expect(truncated).toBe(false);
  expect(sizes).toEqual([2, 0, 1]);
  expect(api.requests.map(({ path }) => new URL(path, "https://api").searchParams.get("page_size"))).toEqual([
    "250",
    "250",
    "250",
  ]);
});

test.each([
  [1, ["2"], true, 1],
  [2, ["2", "4"], false, 2],
] as const)("lists at most %d of the wanted integrations", async (maxItems, ids, truncated, requests) => {
  const { clock, api, client } = pagesOf(["1", "2", "4"], ["3"]);
  const wanted = ({ integrationId }: { integrationId?: string }) => Number(integrationId) % 2 === 0;
  const list = await clock.run(listAll(client, { maxItems, wanted, pageSize: 5 }));
  expect({ ...list, items: idsOf(list.items) }).toEqual({ items: ids, truncated });
  expect(api.requests).toHaveLength(requests);
});

test("distinguishes integrations without an integration ID by their external business ID", async () => {
  const items = ["a", "b", "a"].map((external_business_id) => ({ external_business_id }));
  const { clock, client } = fake(() => ({ status: 200, body: { items } }));
  expect((await clock.run(listAll(client))).items).toHaveLength(2);
});

test("fails if Pinterest returns the same bookmark twice", async () => {
  const { clock, api, client } = fake((_request, index) => ({
    status: 200,
    body: { items: [], bookmark: ["a", "b"][index % 2] },
  }));
  await expect(clock.run(listAll(client))).rejects.toThrow("the same bookmark twice");
  expect(api.requests).toHaveLength(3);
});

test.each([
  ["empty pages", []],
  ["pages with the same integration", [{ id: "1" }]],
])("fails after 100 %s in a row with new bookmarks", async (_pages, items) => {
  const { clock, api, client } = fake((_request, index) => ({
    status: 200,
    // The first page is another one, so that a hundred pages follow without anything new.
    body: { items: index === 0 ? [{ id: "1" }] : items, bookmark: `${index}` },
  }));
  await expect(clock.run(listAll(client))).rejects.toThrow("100 pages in a row without a new integration");
  expect(api.requests).toHaveLength(101);
});

test("reads a list whose last of 100 pages in a row is empty", async () => {
  const { clock, client } = pagesOf(["1"], ...Array.from({ length: 100 }, () => []));
  expect((await clock.run(listAll(client))).items).toHaveLength(1);
});
