import { expect } from "@jest/globals";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";
import { accounts, once, providedBy, provider, withOptions } from "./helpers/scenarios";

const shop = { externalBusinessId: "shop", connectedTagId: "33" };
const shopOf = (account: string) => ({ ...shop, account });

const advice = "remove the resource from the program, run `pulumi up`, add it again";

/** A resource that moves to another account. */
const move = (to: string, step: Step, changes: object = {}): Scenario => ({
  ...once(
    deployed(
      { shop: shopOf("one") },
      { program: { shop: { ...shopOf(to), ...changes } }, writes: [], ...step },
    ),
  ),
  accounts: { ...accounts, alias: "alias" },
});

const moves: Promises = {
  "an account without the integration fails it with a remedy": move(
    "two",
    {
      given: (pinterest) => pinterest.remove("shop"),
      fails: [
        "moving integration 'shop' from account 'one' of the default provider to account 'two' of the default provider: the new account has no such integration",
        advice,
      ],
    },
    { connectedTagId: "7" },
  ),
  "another owner's account fails it with a remedy, after which the integration moves": {
    onEngine: true,
    ...move("two", {}),
    steps: [
      ...move("two", {
        fails: ["the new account may not access it", advice],
        state: { shop: { account: "one" } },
      }).steps,
      { program: {}, writes: [["DELETE", "shop"]] },
      { program: { shop: shopOf("two") }, writes: [["POST", "shop"]], state: { shop: { account: "two" } } },
    ],
  },
  "an account with another integration of this ID fails it": move("two", {
    given: (pinterest) => {
      pinterest.remove("shop");
      pinterest.put("shop", { connected_tag_id: "33" }, { account: "shop-2" });
    },
    fails: ["the new account has another integration with this external business ID"],
  }),
  "another error of the new account is reported": move("two", {
    given: (pinterest) => void pinterest.setAccount("shop-2", { revoked: true }),
    fails: ["HTTP 401, code 2"],
  }),
  "another account name of the same owner needs no write": move("alias", {
    requests: ["GET shop", "GET shop"],
    state: { shop: { account: "alias", integrationId: "7300000000000000003" } },
  }),
  "another account name of the same owner, who has recreated the integration, needs no write": move("alias", {
    given: (pinterest) => {
      pinterest.remove("shop");
      pinterest.put("shop", { connected_tag_id: "33" });
    },
    state: { shop: { account: "alias", integrationId: expect.not.stringMatching("7300000000000000003") } },
  }),
  "a changed property is written with the new account": move(
    "alias",
    {
      given: (pinterest) => void pinterest.setAccount("shop-1", { revoked: true }),
      requests: ["GET shop", "PATCH shop"],
      writes: [["PATCH", "shop", { connected_tag_id: "7" }]],
    },
    { connectedTagId: "7" },
  ),
  "another provider of the same owner needs no write": {
    ...once({
      steps: [
        { program: { shop: providedBy(shop, "first") }, setup: provider("first", "one") },
        {
          program: { shop: providedBy(shop, "second") },
          setup: provider("first", "one") + provider("second", "alias"),
          writes: [],
          state: { shop: { providerName: "second" } },
        },
      ],
    }),
    accounts: { one: "shop-1", alias: "alias" },
  },
  "another owner's provider fails it, and the message names both": {
    ...once({
      steps: [
        { program: { shop: providedBy(shop, "first") }, setup: provider("first", "one") },
        {
          program: { shop: providedBy(shop, "second") },
          setup: provider("first", "one") + provider("second", "two"),
          fails: ["moving integration 'shop' from provider 'first' to provider 'second'"],
          writes: [],
        },
      ],
    }),
    accounts,
  },
};

const north = { ...shop, externalBusinessId: "north", account: "one" };

/** A replacement in an account that cannot be used. */
const refused = (account: string, reason: RegExp, given?: Step["given"]): Scenario => ({
  ...once(
    deployed(
      { north },
      {
        ...(given && { given }),
        program: { north: { ...north, account, externalBusinessId: "south" } },
        fails: [reason],
        writes: [],
      },
      {
        program: { north: { ...north, account } },
        command: ["up", "--target-replace", "**::north"],
        fails: [reason],
        writes: [],
      },
    ),
  ),
  accounts,
});

const change = 'props: { ...props, externalBusinessId: "eu-" + props.externalBusinessId }';
const transformed: Step = {
  writes: [
    ["POST", "eu-shop"],
    ["DELETE", "shop"],
  ],
};

const replacements: Promises = {
  "an account without a token keeps the integration": refused("three", /no access token for account 'three'/),
  "a revoked account keeps the integration": refused(
    "two",
    /HTTP 401/,
    (pinterest) => void pinterest.setAccount("shop-2", { revoked: true }),
  ),
  "an account that is not permitted keeps the integration": refused("two", /HTTP 403/, (pinterest) => {
    pinterest.armFault({ kind: "answer", preset: "not-permitted", account: "shop-2", times: "all" });
  }),
  "another owner's account keeps the integration, and the message explains how to move it": {
    ...once(
      deployed(
        { north },
        {
          program: { north: { ...north, account: "two" } },
          command: ["up", "--target-replace", "**::north"],
          fails: ["belongs to another owner", `To move it, ${advice}`],
          writes: [],
        },
      ),
    ),
    accounts,
  },
  "another ID in an account that can be used creates the new integration, then deletes the old one": {
    ...once(
      deployed(
        { north },
        {
          program: { north: { ...north, account: "two", externalBusinessId: "south" } },
          writes: [
            ["POST", "south"],
            ["DELETE", "north"],
          ],
        },
      ),
    ),
    accounts,
  },
  "a transformation of the stack that changes the ID replaces the integration": once(
    deployed(
      { shop },
      {
        program: { shop },
        setup: `pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ ${change}, opts }));`,
        ...transformed,
      },
    ),
  ),
  "a transformation of the resource that changes the ID replaces the integration": once(
    deployed(
      { shop },
      {
        program: {
          shop: withOptions(shop, `{ transformations: [({ props, opts }) => ({ ${change}, opts })] }`),
        },
        ...transformed,
      },
    ),
  ),
};

promises("a move to another account or provider", moves);
promises("a replacement in another account, or by a transformation", replacements);
