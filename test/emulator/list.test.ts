import { expect } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

const LIST = "GET /integrations";

/** Integrations `1` to `count`. */
const put = (count: number): Step => ({
  put: Object.fromEntries(Array.from({ length: count }, (_, index) => [`id-${index + 1}`, {}])),
});
const numbers = (items: { external_business_id: string }[]) =>
  items.map(({ external_business_id: id }) => id.replace("id-", "")).join(" ");

/** Lists all pages, and calls `between` after the first. */
const pages =
  (pageSize: number, expected: readonly string[], between?: (emulator: Emulator) => unknown): Step =>
  async ({ send, emulator }) => {
    const found: string[] = [];
    for (let bookmark: string | null = ""; bookmark !== null; ) {
      const query: string = bookmark && `&bookmark=${encodeURIComponent(bookmark)}`;
      const { body } = await send(`${LIST}?page_size=${pageSize}${query}`);
      if (found.push(numbers(body.items)) === 1) between?.(emulator);
      bookmark = body.bookmark;
    }
    expect(found).toEqual(expected);
  };

const has =
  (query: string, length: number): Step =>
  async ({ send }) =>
    expect((await send(`${LIST}${query}`)).body.items).toHaveLength(length);

const items = (...ids: string[]) => ids.map((id) => some({ external_business_id: `id-${id}` }));
const secrets = {
  partner_access_token: "partner-access-secret",
  partner_refresh_token: "partner-refresh-secret",
  partner_primary_email: "owner@shop.example",
};

/** A record of the list, in which the secrets have this value. */
const record = (shown: (secret: string) => unknown) => ({
  id: expect.stringMatching(/^\d{19}$/),
  external_business_id: "shop",
  connected_user_id: "871939315200000002",
  connected_merchant_id: null,
  connected_advertiser_id: null,
  connected_tag_id: null,
  connected_lba_id: null,
  scopes: null,
  additional_id_1: null,
  partner_metadata: null,
  partner_access_token_expiry: 1_621_350_033_000,
  partner_refresh_token_expiry: null,
  ...Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, shown(secret)])),
  created_time: 1_700_000_000_000,
  updated_time: 1_700_000_000_000,
});
const listed = (item: object): Step => [LIST, 200, { items: [item], bookmark: null }];

scenarios({
  "lists every field: secrets as the switch is set, expiries as integers, unset fields as null": [
    { put: { shop: { ...secrets, partner_access_token_expiry: 1_621_350_033_000.5 } } },
    listed(record((secret) => secret)),
    { switches: { recordSecrets: "null" } },
    listed(record(() => null)),
    { switches: { recordSecrets: "masked" } },
    listed(record(() => "********")),
    { switches: { recordSecrets: "omitted" } },
    listed(record(() => undefined)),
  ],
  "returns 25 integrations per page by default, and at most 250": [
    put(300),
    has("", 25),
    has("?page_size=1", 1),
    has("?page_size=250", 250),
  ],
  "rejects a page size that is not a number from 1 to 250": ["0", "251", "-1", "ten", "2.5", ""].map(
    (size): Step => [`${LIST}?page_size=${size}`, 400, error(1, "'page_size'")],
  ),
  "returns the newest first if the switch is set": [
    { switches: { listOrder: "newest" } },
    put(5),
    pages(2, ["5 4", "3 2", "1"]),
  ],
  "ends with a null bookmark, or without one if the switch is set, also after a full page": [
    put(2),
    [`${LIST}?page_size=2`, 200, { items: items("1", "2"), bookmark: null }],
    { switches: { lastBookmark: "omitted" } },
    [`${LIST}?page_size=2`, 200, { items: items("1", "2") }],
    [`${LIST}?page_size=1`, 200, { items: items("1"), bookmark: expect.any(String) }],
  ],
  "returns every integration on half-full pages if the switch is set": [
    { switches: { shortPages: "half" } },
    put(5),
    pages(4, ["1 2", "3 4", "5"]),
  ],
  "returns every second page empty if the switch is set, although more follow": [
    { switches: { shortPages: "empty" } },
    put(5),
    pages(2, ["1 2", "", "3 4", "", "5"]),
  ],
  "with bookmarkBy offset, returns an integration twice after a create between two pages": [
    { switches: { listOrder: "newest", bookmarkBy: "offset" } },
    put(4),
    pages(2, ["4 3", "3 2", "1"], (emulator) => emulator.put("new")),
  ],
  "with bookmarkBy offset, omits an integration after a delete between two pages": [
    { switches: { listOrder: "newest", bookmarkBy: "offset" } },
    put(4),
    pages(2, ["4 3", "1"], (emulator) => emulator.remove("id-4")),
  ],
  "rejects an unknown bookmark": [
    put(3),
    ...["", "nonsense", "MTIzOnJlY29yZDoxOjE", "!"].map(
      (bookmark): Step => [`${LIST}?bookmark=${bookmark}`, 400, error(1)],
    ),
  ],
});
