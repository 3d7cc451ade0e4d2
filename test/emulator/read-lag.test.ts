import { type Step, scenarios, some } from "./helpers/scenarios";

const path = "/integrations/commerce/shop";
const POST: Step = ["POST /integrations/commerce", { external_business_id: "shop", scopes: "a" }, 200];
const put: Step = { put: { shop: { scopes: "a" } } };
const patch = (scopes: string): Step => [`PATCH ${path}`, { scopes }, 200, some({ scopes })];
const staleReads = (readLag: number): Step => ({ switches: { readLag } });

/** Gets that find these values, or nothing. */
const gets = (...values: (string | undefined)[]): Step[] =>
  values.map((scopes) => [
    `GET ${path}`,
    ...(scopes ? ([200, some({ scopes })] as const) : ([404] as const)),
  ]);

const lists = (...values: string[]): Step => [
  "GET /integrations",
  200,
  { items: values.map((scopes) => some({ scopes })), bookmark: null },
];

scenarios({
  "shows several writes together, a number of reads after the last write": [
    staleReads(2),
    put,
    patch("b"),
    ...gets("a"),
    patch("c"),
    ...gets("a", "a", "c"),
  ],
  "shows a deleted integration for a number of reads, at its position in the list": [
    staleReads(2),
    put,
    { put: { newer: { scopes: "newer" } } },
    [`DELETE ${path}`, 204],
    ...gets("a"),
    lists("a", "newer"),
    lists("newer"),
    ...gets(undefined),
  ],
  "counts a list as a read of only the caller's integrations": [
    staleReads(1),
    POST,
    ["GET /integrations as shop-2", 200],
    lists(),
    lists("a"),
  ],
});
