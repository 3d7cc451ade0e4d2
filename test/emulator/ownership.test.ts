import { notFound, type Step, scenarios, some } from "./helpers/scenarios";

const path = "/integrations/commerce/theirs";
const theirs: Step = { put: { theirs: { scopes: "theirs" } }, account: "shop-2" };
const mine = { external_business_id: "theirs", scopes: "mine now" };

/** Every operation with the other owner's ID. */
const rejected = (status: number, body: object): Step[] => [
  ["POST /integrations/commerce", mine, status, body],
  [`GET ${path}`, status, body],
  [`PATCH ${path}`, mine, status, body],
  [`DELETE ${path}`, status, body],
  ["GET /integrations/{theirs}", status, body],
];

scenarios({
  "rejects every operation with another owner's ID, and changes nothing": [
    theirs,
    ...rejected(409, { code: 4182, message: "Can't access this integration metadata." }),
    "unchanged",
  ],
  "responds to every operation with another owner's ID with 403 in generation 5.28": [
    theirs,
    { switches: { generation: "5.28" } },
    ...rejected(403, { code: 29, message: "You are not permitted to access that resource." }),
    "unchanged",
  ],
  "responds to a delete of another owner's ID with 404 or success if the switch is set, and deletes nothing":
    [
      theirs,
      { switches: { deleteForeign: "missing" } },
      [`DELETE ${path}`, 404, notFound],
      { switches: { deleteForeign: "pretends" } },
      [`DELETE ${path}`, 204],
      "unchanged",
    ],
  "shares integrations between the accounts of a Pinterest user": [
    theirs,
    ({ emulator }) =>
      emulator.addAccount({
        name: "second-app",
        connected_user_id: emulator.account("shop-2").connected_user_id,
      }),
    [`GET ${path} as second-app`, 200, some({ scopes: "theirs" })],
  ],
  "moves an integration to another account": [
    { put: { theirs: {} } },
    ({ emulator }) => emulator.change("theirs", {}, { account: "shop-2" }),
    [`GET ${path}`, 409],
    [`GET ${path} as shop-2`, 200],
    ["GET /integrations/{theirs} as shop-2", 200, some({ external_business_id: "theirs" })],
  ],
});
