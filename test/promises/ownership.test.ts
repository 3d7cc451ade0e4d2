import type { Emulator, FaultMatch } from "../../emulator";
import {
  declaredByAnother,
  deleting,
  kept,
  maybeHeldElsewhere,
  ownedByAnother,
  refusedAdoption,
} from "../expected/messages";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";
import { accounts, once, providedBy, provider, withOptions } from "./helpers/scenarios";

const shop = { externalBusinessId: "shop", connectedTagId: "33" };
const shopOf = (account: string) => ({ ...shop, account });
const other = { externalBusinessId: "other", connectedTagId: "33" };
const third = { externalBusinessId: "third", connectedTagId: "33" };

const fail = (status: number, match: FaultMatch) => (pinterest: Emulator) =>
  void pinterest.armFault({ kind: "response", status, ...match });

/** A program that renames a resource without an alias. */
const renaming = (args: object, step: Step, ...next: Step[]): Scenario =>
  once(
    deployed(
      { before: shop, other },
      { program: { after: { ...args }, other }, writes: [], ...step },
      ...next,
    ),
  );

const keeps: Step = { writes: [], state: { before: null, after: shop } };
const stays = kept("shop");
const declared = `not deleted: ${declaredByAnother("shop")}`;

const aliased = withOptions(shop, '{ aliases: [{ name: "before" }] }');

const renames: Promises = {
  "with an alias, it makes no request": once(
    deployed(
      { before: shop },
      {
        program: { after: aliased },
        requests: [],
        state: { before: null, after: shop },
      },
    ),
  ),
  "without an alias, the integration stays, and this is reported": renaming(shop, {
    prints: [stays],
    state: { before: null, after: shop },
  }),
  "an adoption that overwrites a property keeps it": renaming(
    { ...shop, connectedTagId: "7", adopt: true },
    { writes: [["PATCH", "shop"]], prints: [stays], pinterest: { shop: { connected_tag_id: "7" } } },
  ),
  "a refused adoption keeps it, and the old resource": renaming(
    { ...shop, connectedTagId: "7" },
    { fails: [declared], state: { before: shop, after: null } },
  ),
  "a read that fails keeps it, and the next update moves it": renaming(
    shop,
    {
      given: fail(503, { operation: "get", external_business_id: "shop" }),
      fails: [declared],
      state: { before: shop },
    },
    keeps,
  ),
  "the new resource can be deleted later": renaming(shop, keeps, {
    program: { other },
    writes: [["DELETE", "shop"]],
  }),
  "to another account name of its owner, the integration stays": {
    ...once(
      deployed(
        { before: shopOf("one") },
        { program: { after: shopOf("alias") }, writes: [], prints: [stays] },
      ),
    ),
    accounts,
  },
  "to another account name of its owner, a missing integration is recreated once": {
    ...once(
      deployed(
        { before: shopOf("one") },
        {
          given: (pinterest) => pinterest.remove("shop"),
          program: { after: shopOf("alias") },
          writes: [["POST", "shop"]],
        },
      ),
    ),
    accounts,
  },
  "an account that has another integration with this ID does not keep the old one": {
    ...once(
      deployed(
        { before: shopOf("one") },
        {
          given: (pinterest) => pinterest.remove("shop"),
          program: { after: shopOf("two") },
          fails: [/HTTP (409, code 4182|403, code 29)/],
          writes: [
            ["POST", "shop"],
            ["DELETE", "shop"],
          ],
        },
      ),
    ),
    accounts,
  },
};

const failThird = fail(503, { operation: "get", external_business_id: "third" });

/** An update that fails after it has created the new resource. State has both names, of which the next program declares one. */
const interrupted = (...steps: Step[]): Scenario =>
  once(
    deployed(
      { before: shop, other },
      {
        given: failThird,
        program: { after: shop, other, third },
        stops: true,
        fails: ["third"],
        state: { before: shop, after: shop, third: null },
      },
      ...steps,
    ),
  );

const declaring = { after: shop, other };

const interruptedRenames: Promises = {
  "the next update keeps the integration": interrupted({ prints: [stays], writes: [["POST", "third"]] }),
  "an update that refreshes with the program keeps the integration": interrupted({
    command: ["up", "--refresh", "--run-program"],
    writes: [["POST", "third"]],
    state: { before: null, after: shop },
  }),
  "integrations that are later removed, replaced or destroyed are deleted": interrupted(
    { command: ["up", "--refresh", "--run-program"], writes: [["POST", "third"]] },
    { program: declaring, command: ["up", "--refresh"], writes: [["DELETE", "third"]] },
    {
      program: { after: { ...shop, externalBusinessId: "new" }, other },
      writes: [
        ["POST", "new"],
        ["DELETE", "shop"],
      ],
    },
    {
      command: ["destroy", "--refresh", "--run-program"],
      pinterest: { new: null, other: null },
      state: { after: null, other: null },
    },
  ),
  "`up --target` of the old resource keeps the integration": interrupted({
    program: declaring,
    command: ["up", "--target", "**::before"],
    prints: [stays],
    ...keeps,
    next: [],
  }),
  "`destroy --run-program --target` of the old resource keeps it, and of the new resource deletes it":
    interrupted(
      { program: declaring, command: ["destroy", "--run-program", "--target", "**::before"], ...keeps },
      {
        command: ["destroy", "--run-program", "--target", "**::after"],
        writes: [["DELETE", "shop"]],
        state: { after: null, other },
      },
    ),
  "`--target-replace` of the new resource keeps the integration": interrupted(
    {
      program: declaring,
      command: ["up", "--target-replace", "**::after"],
      writes: [],
      next: ["delete before"],
    },
    keeps,
  ),
  "`destroy` deletes everything": interrupted({
    command: ["destroy"],
    pinterest: { shop: null },
    state: { after: null, before: null, other: null },
  }),
};

const pending = (...command: [string, ...string[]]) =>
  renaming(shop, { command, fails: [declared], state: { before: shop, after: null } }, keeps);

const pendingRenames: Promises = {
  "`up --target` of the old resource fails": pending("up", "--target", "**::before"),
  "`up --exclude` of the new resource fails": {
    ...pending("up", "--exclude", "**::after"),
    onEngine: true,
  },
  "with an alias, `destroy --run-program --exclude` fails, because the engine would delete the excluded resource":
    {
      onEngine: true,
      ...once(
        deployed(
          { before: shop, other },
          {
            program: { after: aliased, other },
            command: ["destroy", "--run-program", "--exclude", "**::after"],
            fails: [
              maybeHeldElsewhere("shop"),
              "The engine deletes an excluded resource if the program renames or moves it",
            ],
            writes: [],
            state: { after: shop, other },
          },
        ),
      ),
    },
  "`destroy` without the program deletes the integration": renaming(shop, {
    command: ["destroy"],
    pinterest: { shop: null, other: null },
    writes: [["DELETE"], ["DELETE"]],
  }),
};

/** A provider with the default account's credentials, and a component whose children use it. */
const component = `
const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });
const providers = { "pulumi-nodejs": explicit, pinterest: explicit };
const parent = new pulumi.ComponentResource("lab:index:Shops", "shops", {}, { providers });
`;
const child = withOptions(shop, "{ parent }");

const betweenProviders: Promises = {
  "to an explicit provider, by a component's providers": once(
    deployed({ shop }, { program: { shop: child }, setup: component, writes: [], prints: [stays] }),
  ),
  "from an explicit provider that is removed from the program, with another name": once({
    steps: [
      { program: { before: child }, setup: component },
      { program: { after: shop }, writes: [] },
    ],
  }),
  "to the other provider type, with another name": once(
    deployed({ before: shop }, { changesProviderType: true, program: { after: shop }, ...keeps }),
  ),
  "unless the new owner's account is rejected, which fails the update": {
    ...once(
      deployed(
        { shop },
        {
          program: { after: providedBy(shop, "foreign") },
          setup: provider("foreign", "two"),
          fails: [ownedByAnother("shop")],
          writes: [],
          pinterest: { shop: {} },
          state: { shop, after: null },
        },
      ),
    ),
    accounts,
  },
  "and a pending move from another owner's provider keeps that owner's integration": {
    ...once({
      steps: [
        { program: { moved: providedBy(shop, "foreign") }, setup: provider("foreign", "two") },
        {
          given: (pinterest) => pinterest.remove("shop"),
          program: { moved: providedBy(shop, "foreign"), left: shop },
          setup: provider("foreign", "two"),
          command: ["up", "--target", "**::left"],
        },
        {
          program: { moved: providedBy(shop, "own"), other },
          setup: provider("own", "one"),
          command: ["up", "--target", "**::left", "--target", "**::other"],
          fails: [declaredByAnother("shop")],
          pinterest: { shop: {}, other: {} },
        },
      ],
    }),
    accounts,
  },
};

const both = { first: shopOf("one"), second: shopOf("alias") };

const two: Promises = {
  "`destroy --run-program` deletes it with the last of them": {
    ...once(
      deployed(both, {
        command: ["destroy", "--run-program"],
        prints: [
          "integration 'shop' is not deleted with this resource: another resource in state has it too",
        ],
        omits: ["stays at Pinterest"],
        writes: [["DELETE", "shop"]],
      }),
    ),
    accounts,
  },
  "if the deletion with the first fails, the second leaves it, and the next update deletes it": {
    ...once(
      deployed(
        both,
        {
          given: fail(503, { operation: "delete" }),
          program: {},
          command: ["up", "--parallel", "1"],
          fails: [deleting("shop")],
          writes: [["DELETE", "shop"]],
          pinterest: { shop: {} },
        },
        { writes: [["DELETE", "shop"]], pinterest: { shop: null } },
      ),
    ),
    accounts,
  },
};

const one = { ...shop, externalBusinessId: "one" };
const second = { ...shop, externalBusinessId: "two" };
const letters = (...ids: string[]) =>
  Object.fromEntries(ids.map((externalBusinessId, index) => [`s${index}`, { ...shop, externalBusinessId }]));

const takesId: Promises = {
  "it adopts the integration": once(
    deployed(
      { first: shop },
      { program: { first: other, third: shop }, writes: [["POST", "other"]], pinterest: { shop: {} } },
    ),
  ),
  "after an interrupted rename, it keeps its integration": interrupted({
    program: {
      before: { ...shop, externalBusinessId: "new" },
      after: withOptions(shop, "{ dependsOn: [resources.before] }"),
      other,
    },
    writes: [["POST", "new"]],
    pinterest: { shop: {}, new: {} },
  }),
  "of all resources in a chain, with a delete limit and slow deletions, no integration is lost": {
    ...deployed(letters("a", "b", "c", "d"), {
      given: (pinterest) =>
        void pinterest.armFault({ kind: "slow", operation: "delete", ms: 300, times: "all" }),
      program: letters("n", "a", "b", "c", "d"),
      pinterest: { a: {}, b: {}, c: {}, d: {}, n: {} },
    }),
    environment: { PINTEREST_MAX_ATTEMPTS: "1", PINTEREST_DELETE_LIMIT: "5" },
  },
  "a swap of integrations that differ is refused, and both stay": {
    ...once(
      deployed(
        { first: one, second: { ...second, connectedTagId: "2" } },
        {
          program: { first: second, second: { ...one, connectedTagId: "2" } },
          fails: [refusedAdoption("two", "`connectedTagId`"), refusedAdoption("one", "`connectedTagId`")],
          writes: [],
        },
        { program: { first: one, second: { ...second, connectedTagId: "2" } }, writes: [] },
      ),
    ),
  },
  "a swap that gives an ID to a third resource, which differs, is refused, and both stay": {
    ...once(
      deployed(
        { first: one, second },
        {
          program: {
            first: { ...one, externalBusinessId: "three" },
            second,
            third: { ...one, connectedTagId: "7" },
          },
          fails: [refusedAdoption("one", "`connectedTagId`")],
          writes: [["POST", "three"]],
          pinterest: { one: { connected_tag_id: "33" }, two: { connected_tag_id: "33" } },
        },
        { program: { first: one, second } },
      ),
    ),
    onEngine: true,
  },
  "a swap keeps both": once(
    deployed({ first: one, second }, { program: { first: second, second: one }, writes: [] }),
  ),
  "`up --target` of the resource that gives it away keeps the integration": once(
    deployed(
      { first: one, second },
      {
        program: { second: one },
        command: ["up", "--target", "**::first"],
        fails: [declaredByAnother("one")],
        writes: [],
      },
    ),
  ),
};

promises("a rename", renames);
promises("after an interrupted rename, which leaves two resources for one integration", interruptedRenames);
promises("a pending rename", pendingRenames);
promises("a resource that moves without an alias keeps its integration", betweenProviders);
promises("two resources with one integration", two);
promises("a resource that takes the ID of another one", takesId);
