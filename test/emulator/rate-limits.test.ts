import { expect, test } from "@jest/globals";
import { type RateCategory, RateLimiter, type RateLimits } from "../../emulator/rate-limits";
import { emulate } from "./helpers/emulate";

const limitOf = (limit: number) => [{ limit, window: 60 }];
const [one, sameApp, otherApp] = [
  { app: "1", user: "a" },
  { app: "1", user: "b" },
  { app: "2", user: "a" },
];

/** Requests of a category at a time in seconds, and the number of them that are accepted. */
type Step = readonly [atSeconds: number, sent: number, RateCategory, accepted: number, caller?: typeof one];

test.each<[string, RateLimits, readonly Step[]]>([
  ["nothing", "off", [[0, 1000, "ads_write", 1000]]],
  [
    "all categories together to 100 a second",
    "standard",
    [
      [0, 60, "ads_read", 60],
      [0, 41, "ads_write", 40],
      [0.999, 1, "ads_read", 0],
      [1, 1, "ads_read", 1],
    ],
  ],
  [
    "reads to 1,000 and writes to 400 a minute",
    { safety_net: [] },
    [
      [0, 1001, "ads_read", 1000],
      [0, 401, "ads_write", 400],
      [59.999, 1, "ads_read", 0],
      [60, 1, "ads_read", 1],
    ],
  ],
  [
    "a window from its first request on",
    { safety_net: [], ads_read: limitOf(3) },
    [
      [45, 1, "ads_read", 1],
      [104.999, 3, "ads_read", 2],
      [105, 4, "ads_read", 3],
    ],
  ],
  [
    "each category, user and app by itself",
    { ads_read: limitOf(1), ads_write: limitOf(1) },
    [
      [0, 2, "ads_read", 1],
      [0, 2, "ads_write", 1],
      [0, 2, "ads_read", 1, sameApp],
      [0, 2, "ads_read", 1, otherApp],
    ],
  ],
  [
    "an app with trial access to 1,000 requests and 300 writes a day, for all users together",
    "trial",
    [
      [0, 100, "ads_write", 100],
      [0, 100, "ads_write", 100, sameApp],
      [1, 101, "ads_write", 100],
      [2, 1, "ads_write", 0],
      ...[2, 3, 4, 5, 6, 7, 8].map((second): Step => [second, 100, "ads_read", 100, sameApp]),
      [9, 1, "ads_read", 0],
      [86_400, 1, "ads_read", 1],
      [86_400, 1, "ads_write", 1],
    ],
  ],
])("limits %s", (_what, limits, steps) => {
  let now = 0;
  const limiter = new RateLimiter(() => now);
  for (const [atSeconds, sent, category, expected, caller = one] of steps) {
    now = atSeconds * 1000;
    const ends = Array.from({ length: sent }, () => limiter.take(caller, category, limits).exceeded);
    const accepted = ends.filter((exceeded) => !exceeded).length;
    expect({ atSeconds, category, accepted }).toEqual({ atSeconds, category, accepted: expected });
  }
});

const net = '100;w=1;name="safety_net_app_id_user_id"';

test.each<[RateLimits, RateCategory, number, string, string, string]>([
  ["standard", "ads_read", 0, `100, ${net}, 1000;w=60;name="ads_read_app_id_user_id"`, "98", "1"],
  ["standard", "ads_write", 0, `100, ${net}, 400;w=60;name="ads_write_app_id_user_id"`, "98", "1"],
  [
    { ads_read: limitOf(60) },
    "ads_read",
    2.5,
    `60, ${net}, 60;w=60;name="ads_read_app_id_user_id"`,
    "58",
    "58",
  ],
])(
  "names the nearest limit of %j, all windows, the remaining requests and the seconds until the reset: %s after %d s",
  (limits, category, seconds, limit, remaining, reset) => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    limiter.take(one, category, limits);
    now = seconds * 1000;
    expect(limiter.take(one, category, limits).headers).toEqual({
      "x-ratelimit-limit": limit,
      "x-ratelimit-remaining": remaining,
      "x-ratelimit-reset": reset,
    });
  },
);

test("counts each operation in its category, accounts of one user together, and executes no refused request", async () => {
  const { emulator, send } = await emulate({
    switches: { rateLimits: { ads_read: limitOf(1), ads_write: limitOf(1), org_read: limitOf(1) } },
  });
  const { connected_user_id, refresh_token, app_id, app_secret } = emulator.account();
  emulator.addAccount({ name: "twin", connected_user_id });
  const form = { grant_type: "refresh_token", refresh_token };
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  const create = { body: { external_business_id: "shop" } };
  const responses = [
    await send("GET /integrations"),
    await send("GET /integrations/1", { account: "twin" }),
    await send("POST /integrations/logs", { body: {} }),
    await send("POST /integrations/commerce", create),
    await send("POST /oauth/token", { form, authorization }),
    await send("POST /oauth/token", { form, authorization }),
    await send("GET /integrations", { account: "shop-2" }),
  ];
  expect(responses.map(({ status }) => status)).toEqual([200, 429, 400, 429, 200, 429, 200]);
  expect(responses[1]?.body).toMatchObject({
    code: 8,
    message: expect.stringMatching(/^This request exceeded a rate limit\./),
  });
  expect(responses[1]?.headers.get("x-ratelimit-remaining")).toBe("0");
  expect(emulator.integrations()).toEqual([]);
});
