import type { DeclaredIntegration } from "../engine/helpers/program";
import { accountHasAnother, noToken, ownedByAnother, recreateRemedy } from "../expected/messages";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";
import { accounts, once, ownerOfTwo, providedBy, provider } from "./helpers/scenarios";

const shop = { externalBusinessId: "shop", connectedTagId: "33" };
const shopOf = (account: string) => ({ ...shop, account });
const changedShopOf = (account: string) => ({ ...shop, account, connectedTagId: "7" });

/** A resource that moves from account `one`: a preview that shows these changes, the update, and the next steps. */
const move = (to: object, changes: string, update: Step, ...next: Step[]): Scenario => ({
  ...once(
    deployed(
      { shop: shopOf("one") },
      { program: { shop: { ...to } }, command: ["preview"], plan: [`update shop: ${changes}`] },
      { writes: [], ...update },
      ...next,
    ),
  ),
  accounts,
});

const first = provider("first", "one");

/** A resource that moves from one provider to another, after a preview. */
const moveBetween = (
  from: DeclaredIntegration,
  to: DeclaredIntegration,
  setup: string,
  ...steps: Step[]
) => ({
  ...once({
    steps: [
      { program: { shop: from }, setup: first },
      { program: { shop: to }, setup, command: ["preview"], plan: ["update shop: providerName"] },
      ...steps,
    ],
  }),
  accounts,
});

/** The name of an account of the default provider in messages. */
const inDefault = (account: string) => `account '${account}' of the default provider`;
const movingFromOne = `moving integration 'shop' from ${inDefault("one")} to`;
const created: Step = { writes: [["POST", "shop"]], pinterest: { shop: ownerOfTwo } };

const moves: Promises = {
  "an account without the integration fails it with a remedy": move(
    changedShopOf("two"),
    "account, connectedTagId",
    {
      given: (pinterest) => pinterest.remove("shop"),
      fails: [
        `${movingFromOne} ${inDefault("two")}: the new account has no such integration`,
        recreateRemedy,
      ],
    },
  ),
  "another owner's account fails it with a remedy, after which the integration moves": {
    onEngine: true,
    ...move(
      shopOf("two"),
      "account",
      {
        fails: [`${movingFromOne} ${inDefault("two")}: the new account may not access it`, recreateRemedy],
        state: { shop: { account: "one" } },
        plan: ["update shop: account"],
      },
      { program: {}, writes: [["DELETE", "shop"]] },
      { program: { shop: shopOf("two") }, ...created, state: { shop: { account: "two" } } },
    ),
  },
  "an account with another integration of this ID fails it": move(shopOf("two"), "account", {
    given: (pinterest) => {
      pinterest.remove("shop");
      pinterest.put("shop", { connected_tag_id: "33" }, { account: "shop-2" });
    },
    fails: [accountHasAnother],
  }),
  "another account name of the same owner needs no write": move(shopOf("alias"), "account", {
    requests: ["GET shop", "GET shop"],
    omits: ["moving integration"],
    state: { shop: { account: "alias", integrationId: "7300000000000000003" } },
  }),
  "a changed property is written with the new account": move(
    changedShopOf("alias"),
    "account, connectedTagId",
    {
      given: (pinterest) => void pinterest.setAccount("shop-1", { revoked: true }),
      requests: ["GET shop", "PATCH shop"],
      writes: [["PATCH", "shop", { connected_tag_id: "7" }]],
    },
  ),
  "another provider of the same owner needs no write": moveBetween(
    providedBy(shop, "first"),
    providedBy(shop, "second"),
    first + provider("second", "alias"),
    { writes: [], omits: ["moving integration"], state: { shop: { providerName: "second" } } },
  ),
  "an explicit provider of the default provider's owner needs no write": moveBetween(
    { args: shop },
    providedBy(shop, "first"),
    first,
    { writes: [], omits: ["moving integration"], state: { shop: { providerName: "first" } } },
  ),
  "another owner's provider fails it, and the message names both, after which the integration moves":
    moveBetween(
      providedBy(shop, "first"),
      providedBy(shop, "second"),
      first + provider("second", "two"),
      {
        fails: [
          "moving integration 'shop' from provider 'first' to provider 'second': the new account may not access it",
          recreateRemedy,
        ],
        writes: [],
        plan: ["update shop: providerName"],
      },
      { program: {}, writes: [["DELETE", "shop"]] },
      {
        program: { shop: providedBy(shop, "second") },
        setup: provider("second", "two"),
        ...created,
      },
    ),
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
  "an account without a token keeps the integration": refused("three", new RegExp(noToken("three"))),
  "a revoked account keeps the integration": refused(
    "two",
    /HTTP 401/,
    (pinterest) => void pinterest.setAccount("shop-2", { revoked: true }),
  ),
  "another owner's account keeps the integration, and the message explains how to move it": {
    ...once(
      deployed(
        { north },
        {
          program: { north: { ...north, account: "two" } },
          command: ["up", "--target-replace", "**::north"],
          fails: [ownedByAnother("north"), `To move it, ${recreateRemedy}`],
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
};

promises("a move to another account or provider", moves);
promises("a replacement in another account, or by a transformation", replacements);
