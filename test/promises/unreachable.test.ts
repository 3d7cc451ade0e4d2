import type { Emulator } from "../../emulator";
import { forgetUnreachable, forgotten, noToken, notRead, reading } from "../expected/messages";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";

const shopOf = (account: string, externalBusinessId: string) => ({
  externalBusinessId,
  connectedTagId: "1",
  account,
});
const shop = shopOf("well", "shop");
const one = shopOf("revoked", "one");
const two = shopOf("revoked", "two");
const three = shopOf("removed", "three");
const four = shopOf("removed", "four");
const program = { shop, one, two, three, four };
const lost = ["one", "two", "three", "four"];

const revoke = (pinterest: Emulator) => void pinterest.setAccount("shop-2", { revoked: true });

/** A stack with three accounts. Before the second step, Pinterest rejects one, and the configuration loses another one. */
const unreachable = (whenUnreachable: string, first: Step, ...steps: Step[]): Scenario => ({
  ...deployed(program, { given: revoke, accounts: { well: "well", revoked: "shop-2" }, ...first }, ...steps),
  accounts: { well: "well", revoked: "shop-2", removed: "removed" },
  environment: {
    PINTEREST_WHEN_UNREACHABLE: whenUnreachable,
    PINTEREST_MAX_ATTEMPTS: "1",
    PINTEREST_DETECT_DRIFT: "refresh",
  },
});

const scenarios: Promises = {
  "by default, a refresh fails, and a deletion fails with remedies": unreachable(
    "fail",
    {
      command: ["preview", "--refresh"],
      fails: [new RegExp(`${reading("(one|two)")} \\(account 'revoked'\\) failed: .*HTTP 401`)],
    },
    {
      command: ["preview", "--refresh", "--target", "**::three"],
      fails: [noToken("removed")],
    },
    { program: { shop }, fails: [forgetUnreachable], state: program },
  ),
  "`keep` keeps the last known values with one warning for each account, and finds the drift of other accounts":
    unreachable(
      "keep",
      {
        command: ["preview", "--refresh"],
        prints: [
          new RegExp(notRead("(one|two)", "account 'revoked'")),
          new RegExp(notRead("(three|four)", "account 'removed'")),
        ],
        omits: [/was not read.*was not read.*was not read/s],
        next: [],
      },
      {
        given: (pinterest) => void pinterest.change("shop", { connected_tag_id: "7" }),
        command: ["up", "--refresh"],
        writes: [["PATCH", "shop", { connected_tag_id: "1" }]],
        state: program,
      },
      { program: { shop }, fails: [forgetUnreachable], state: program },
    ),
  "`forget` removes the resources from state with a warning each, and the integrations stay at Pinterest": {
    ...unreachable("forget", {
      program: { shop },
      prints: [one, two, three, four].map(
        ({ externalBusinessId, account }) =>
          new RegExp(forgotten(`'${externalBusinessId}' \\(integration ID \\d+\\)`, `account '${account}'`)),
      ),
      pinterest: Object.fromEntries(lost.map((id) => [id, {}])),
      state: { shop, one: null, two: null, three: null, four: null },
    }),
    onEngine: true,
  },
  "`forget` applies only to failures of the account": {
    ...unreachable(
      "forget",
      {
        given: (pinterest) => void pinterest.armFault({ kind: "response", status: 503, times: "all" }),
        command: ["preview", "--refresh"],
        fails: ["HTTP 503"],
      },
      {
        command: ["destroy"],
        fails: ["HTTP 503"],
        state: { shop, one, two, three: null, four: null },
      },
    ),
  },
};

promises("an account that Pinterest rejects", scenarios);
