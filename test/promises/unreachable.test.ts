import type { Emulator } from "../../emulator";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";

const shop = { externalBusinessId: "shop", connectedTagId: "1", account: "well" };
const lost = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1", account: "lost" });
const program = { shop, one: lost("one"), two: lost("two") };

const revoke = (pinterest: Emulator) => void pinterest.setAccount("shop-2", { revoked: true });

/** A stack with two accounts, of which Pinterest rejects one before the second step. */
const unreachable = (whenUnreachable: string, first: Step, ...steps: Step[]): Scenario => ({
  ...deployed(program, { given: revoke, ...first }, ...steps),
  accounts: { well: "well", lost: "shop-2" },
  environment: {
    PINTEREST_WHEN_UNREACHABLE: whenUnreachable,
    PINTEREST_MAX_ATTEMPTS: "1",
    PINTEREST_DETECT_DRIFT: "refresh",
  },
});

const remedies = ["`PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run", "pulumi state delete"];

const scenarios: Promises = {
  "by default, a refresh fails, and a deletion fails with remedies": unreachable(
    "fail",
    {
      command: ["preview", "--refresh"],
      fails: [/reading commerce integration "(one|two)" \(account 'lost'\) failed: .*HTTP 401/],
    },
    { program: { shop }, fails: remedies, state: program },
  ),
  "`keep` keeps the last known values with one warning, and finds the drift of other accounts": unreachable(
    "keep",
    {
      command: ["preview", "--refresh"],
      prints: [/warning: integration '(one|two)' was not read, .* account 'lost'/],
      omits: [/was not read.*was not read/s],
      next: [],
    },
    {
      given: (pinterest) => void pinterest.change("shop", { connected_tag_id: "7" }),
      command: ["up", "--refresh"],
      writes: [["PATCH", "shop", { connected_tag_id: "1" }]],
      state: program,
    },
    { program: { shop }, fails: remedies, state: program },
  ),
  "`forget` removes the resources from state with a warning each, and the integrations stay at Pinterest": {
    ...unreachable("forget", {
      program: { shop },
      prints: ["one", "two"].map(
        (id) =>
          new RegExp(`WARNING: integration '${id}' \\(integration ID \\d+\\) was NOT deleted at Pinterest`),
      ),
      pinterest: { one: {}, two: {} },
      state: { shop, one: null, two: null },
    }),
    onEngine: true,
  },
  "`forget` applies only to failures of the account": {
    ...unreachable(
      "forget",
      {
        given: (pinterest) => void pinterest.armFault({ kind: "answer", status: 503, times: "all" }),
        command: ["preview", "--refresh"],
        fails: ["HTTP 503"],
      },
      { command: ["destroy"], fails: ["HTTP 503"], state: program },
    ),
  },
};

promises("an account that Pinterest rejects", scenarios);
