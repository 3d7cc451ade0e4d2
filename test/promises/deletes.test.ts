import type { Emulator, FaultAction } from "../../emulator";
import {
  allowsDeletions,
  deletedBefore,
  deleting,
  kept,
  nothingDeleted,
  requestsDeletions,
  responded,
  stillShown,
} from "../expected/messages";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";

const shop = { externalBusinessId: "shop-1", connectedTagId: "1" };

/** Responds to the next delete. */
const respondWith =
  (status: number, body: unknown, { commit = false } = {}) =>
  (pinterest: Emulator) => {
    const fault: FaultAction = { kind: "response", status, body, commit };
    pinterest.armFault({ ...fault, operation: "delete" });
  };

const notFound = { code: 4180, message: "not found" };

/** A deletion that fails, and leaves the integration and the resource. */
const fails = (step: Step, ...next: Step[]): Scenario =>
  deployed(
    { shop },
    { program: {}, pinterest: { "shop-1": {} }, state: { shop }, fails: [], ...step },
    ...next,
  );

const deletion: Promises = {
  "it is one request": {
    ...deployed({ shop }, { program: {}, requests: ["DELETE shop-1"], state: { shop: null } }),
    environment: { PINTEREST_DETECT_DRIFT: "refresh" },
  },
  "a proxy's 404 fails it": fails({
    given: respondWith(404, "<html></html>"),
    fails: ["HTTP 404", `${deleting("shop-1")} failed`],
  }),
  "a 404 fails it if a read still shows the integration": fails({
    given: respondWith(404, notFound),
    fails: [stillShown],
  }),
  "a 200 without a body is confirmed by a read": fails(
    { given: respondWith(200, ""), fails: [stillShown] },
    { given: respondWith(200, "", { commit: true }), pinterest: { "shop-1": null }, state: { shop: null } },
  ),
  "another owner's integration fails it with a remedy, without a read": {
    ...fails({
      given: (pinterest) => void pinterest.change("shop-1", {}, { account: "shop-2" }),
      fails: [new RegExp(`${responded("(409", 4182)}.*\`pulumi state delete URN\`|403, code 29)`, "s")],
      requests: ["DELETE shop-1"],
    }),
    environment: { PINTEREST_DETECT_DRIFT: "refresh" },
  },
};

const shops = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`shop-${number}`, externalId(number)]));

function externalId(number: number): { externalBusinessId: string } {
  return { externalBusinessId: `shop-${number}` };
}

const limited = (limit: number, ...steps: Step[]): Scenario => ({
  ...deployed(shops, ...steps),
  environment: { PINTEREST_DELETE_LIMIT: `${limit}` },
});

const names = ["a", "b", "c"];
const providers = names
  .map(
    (name) =>
      `const ${name} = new pinterest.Provider("${name}", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n`,
  )
  .join("");
const provided = Object.fromEntries(
  names.map((name) => [name, { args: { externalBusinessId: name }, options: `{ provider: ${name} }` }]),
);

const ofProviders = (limit: string, step: Step): Scenario => ({
  steps: [
    { program: provided, setup: providers },
    { program: {}, setup: providers, ...step },
  ],
  environment: { PINTEREST_DELETE_LIMIT: limit },
});

const limit: Promises = {
  "nothing is deleted if the engine deletes more at the same time, and the error names the variable": limited(
    3,
    {
      program: {},
      command: ["up", "--parallel", "16"],
      fails: [
        new RegExp(
          `deleting integration 'shop-\\d': ${requestsDeletions("[45] deletions")}.*PINTEREST_DELETE_LIMIT.*${allowsDeletions(3)}${nothingDeleted}`,
        ),
        "an empty query result can cause unintended deletions",
        "`PINTEREST_DELETE_LIMIT=<number>`",
        "The number is the sum of deletions and replacements in the preview, without those of renamed resources.",
      ],
      writes: [],
      state: shops,
    },
  ),
  "no more integrations are deleted if the engine deletes one after the other": limited(3, {
    program: {},
    command: ["up", "--parallel", "1"],
    fails: [
      new RegExp(`${requestsDeletions("4 deletions")}.*; ${deletedBefore("3 were")}`),
      new RegExp(`${requestsDeletions("5 deletions")}.*; ${deletedBefore("3 were")}`),
    ],
    writes: [["DELETE"], ["DELETE"], ["DELETE"]],
  }),
  "it counts the deletions of all providers": ofProviders("1", {
    fails: [`\`pinterest:deleteLimit\` (PINTEREST_DELETE_LIMIT)${allowsDeletions(1)}`],
    writes: [],
  }),
  "the message has the number of deletions of all providers": ofProviders("1", {
    command: ["up", "--parallel", "1"],
    fails: [`; ${deletedBefore("1 was")}`],
    omits: ["nothing was deleted"],
    writes: [["DELETE"]],
  }),
  "deletions within it succeed, and a renamed resource does not count": limited(3, {
    program: { renamed: externalId(1), "shop-5": externalId(5) },
    writes: [["DELETE"], ["DELETE"], ["DELETE"]],
    prints: [kept("shop-1")],
  }),
  "it also limits `destroy`, and 0 forbids each deletion": limited(0, {
    command: ["destroy"],
    fails: [`${allowsDeletions(0)}${nothingDeleted}`, "run `pulumi up` before the `destroy`"],
    writes: [],
  }),
};

const second = { ...shop, externalBusinessId: "shop-2" };

interface Refusal {
  readonly variable: string;
  readonly value: string;
  /** The expected results of previews of a replacement and of a deletion. */
  readonly replacementInPreview: Step;
  readonly deletionInPreview: Step;
  readonly remedy: string;
}

/** A setting that refuses deletions. */
const refused = (refusal: Refusal): Scenario => ({
  ...deployed(
    { a: shop },
    { program: { a: second }, command: ["preview"], ...refusal.replacementInPreview },
    { fails: [refusal.variable, refusal.remedy], writes: [] },
    { program: { a: shop }, command: ["preview", "--expect-no-changes"] },
    { program: {}, command: ["preview"], ...refusal.deletionInPreview },
    { fails: [refusal.variable], writes: [] },
    { program: { renamed: shop }, writes: [], state: { a: null, renamed: shop } },
  ),
  environment: { [refusal.variable]: refusal.value },
});

const settings: Promises = {
  "`onDelete: refuse` refuses a replacement before a request, also in a preview, and not a rename": refused({
    variable: "PINTEREST_ON_DELETE",
    value: "refuse",
    replacementInPreview: { fails: ["PINTEREST_ON_DELETE"] },
    deletionInPreview: { prints: ["an update would fail to delete 'shop-1'"] },
    remedy: "Set it to `disconnect` or `retain`, or restore the ID.",
  }),
  "`deleteLimit: 0` refuses a replacement before a request, and not a rename": refused({
    variable: "PINTEREST_DELETE_LIMIT",
    value: "0",
    replacementInPreview: {},
    deletionInPreview: {},
    remedy:
      "Increase it, or restore the ID. If you have just increased the limit in the configuration, run the command again",
  }),
  "`onDelete: retain` removes the resource from state only, also with a delete limit of 0": {
    onEngine: true,
    ...deployed(
      { a: shop, b: second },
      {
        program: { a: { ...shop, externalBusinessId: "shop-3" } },
        writes: [["POST", "shop-3"]],
        prints: ["integration 'shop-1' (integration ID", "integration 'shop-2' (integration ID"],
        pinterest: { "shop-1": {}, "shop-2": {} },
        state: { b: null },
      },
    ),
    environment: { PINTEREST_ON_DELETE: "retain", PINTEREST_DELETE_LIMIT: "0" },
  },
};

promises("a deletion", deletion);
promises("a setting of deletions", settings);
promises("the delete limit", limit);
