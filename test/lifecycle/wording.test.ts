import { describe, expect, test } from "@jest/globals";
import { PinterestApiError, PinterestError } from "../../provider/api";
import { messageOf } from "../../provider/base/message-text";
import { type DeclaredIn, sourceOf, vocabularies } from "../../provider/config";
import { called } from "../../provider/config/keys";
import {
  explainExists,
  explainForeignDeletion,
  explainIgnored,
  explainMove,
  explainNotCleared,
  explainProblem,
  explainStaleRead,
  explainUndeletable,
  explainUnknownOutcome,
  messageWithHint,
} from "../../provider/lifecycle/messages";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { dynamicType } from "../../provider/run/constants";
import { completeRun } from "../../provider/run/engine-command";
import { RunLedger } from "../../provider/run/ledger";
import { type Wording, wordingOf } from "../../provider/run/wording";
import { configured } from "../config/helpers/configuration";
import {
  adoptionRemedy,
  configurationHint,
  fleetAdoptionRemedy,
  forgetUnreachable,
  refusedAdoption,
} from "../expected/messages";
import { fleetWording, programWording } from "../run-context";

const inputs = { externalBusinessId: "shop-1", fields: { connectedTagId: "33" } };

const exists = (wording: Wording) =>
  explainExists(inputs, ["connectedTagId", "connectedLbaId"], "unchanged", wording);

/** The message about an update that Pinterest rejects. */
function refused(
  response: { status: number; code: number; retryAfterMs?: number },
  wording: Wording,
  account?: string,
): string {
  const { commands } = vocabularies[wording.noun];
  const context = { operation: "updateCommerceIntegration", account, commands } as const;
  return messageWithHint(new PinterestApiError(context, { apiMessage: "", ...response }), wording);
}

/** The message if the default account has no token. */
function withoutToken(declaredIn: DeclaredIn): string {
  try {
    sourceOf(configured({}, { declaredIn }), undefined);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

/** The messages with remedies in the program or the merchant list. */
function advice(wording: Wording): string[] {
  const error = Object.assign(Object.create(PinterestError.prototype), { message: "It broke." });
  return [
    exists(wording),
    explainIgnored("creating", "shop-1", ["scopes"], wording),
    explainUnknownOutcome(error, wording, "differs"),
    explainStaleRead(error, wording),
    explainForeignDeletion(new Error("no"), wording),
    explainMove("shop-1", { from: "here", to: "there" }, "no.", wording),
    explainNotCleared("shop-1", ["scopes"], "it stays.", wording),
    ...(["unfinished", "possibly-held", "wanted", "partial", "refused"] as const).map((problem) =>
      explainProblem(problem, { ...inputs, managed: [], released: [] }, wording),
    ),
    explainUndeletable({ ...inputs, managed: [], released: [] }, new Error("revoked"), wording),
    ...[
      { status: 401, code: 2 },
      { status: 401, code: 3 },
      { status: 403, code: 7 },
      { status: 503, code: 0 },
      { status: 429, code: 8, retryAfterMs: 86_400_000 },
    ].map((response) => refused(response, wording)),
    refused({ status: 401, code: 2 }, wording, "north"),
    withoutToken(wording.noun),
  ];
}

describe("run by a fleet", () => {
  test("messages do not name programs, resources or commands of pulumi", () => {
    for (const text of advice(fleetWording)) {
      expect(text).not.toMatch(
        /`pulumi |--run-program|--target|NAME|alias|\bprogram\b|\bresources?\b|preflight/,
      );
    }
  });

  test("messages name the variables of tokens, not keys of a stack's configuration", () => {
    const texts = [...advice(fleetWording), called("accounts", "merchant list")].join("\n");
    expect(texts).toContain("PINTEREST_ACCOUNTS");
    expect(texts).not.toMatch(/pinterest:/);
  });

  test("explains an integration that exists and differs, with remedies for the list", () => {
    expect(exists(fleetWording)).toBe(
      `${refusedAdoption("shop-1", "`connectedTagId`, `connectedLbaId`", "merchant list")} ` +
        `(the merchant list omits \`connectedLbaId\`). ${fleetAdoptionRemedy}`,
    );
  });

  test("notices name the list, its merchants and commands of the fleet", async () => {
    const messages: string[] = [];
    const process = new ProviderProcess({
      environment: {},
      context: { declaredIn: "merchant list" },
      notify: (message) => void messages.push(message),
    });
    const urn = `urn:pulumi:shard-0001::fleet::${dynamicType}::north`;
    const interrupted = new RunLedger("127.0.0.1:41236");
    interrupted.record("creating", { ...inputs, urn });
    interrupted.end();
    process.configure((key) =>
      key === "accounts" ? JSON.stringify({ north: "pina_1", south: "pina_2" }) : undefined,
    );
    await process.check({}, { externalBusinessId: "shop-2", account: "north" }, urn);
    await process.check({}, { externalBusinessId: "shop-2", account: "south" }, urn);
    expect(messages).toEqual([
      expect.stringMatching(
        /If the merchant list no longer declares them, no merchant manages them: `npx pulumi-pinterest fleet unmanaged` lists/,
      ),
      expect.stringContaining("give each merchant its own `externalBusinessId`"),
    ]);
  });
});

test("messages for programs name resources and commands of pulumi", () => {
  expect(exists(programWording)).toBe(
    `${refusedAdoption("shop-1", "`connectedTagId`, `connectedLbaId`")} ` +
      `(the program omits \`connectedLbaId\`). ${adoptionRemedy}`,
  );
  const texts = advice(programWording).join("\n");
  // In the messages about three responses with status 401, and one with 403.
  expect(texts.match(new RegExp(configurationHint, "g"))).toHaveLength(4);
  expect(texts).not.toMatch(/fleet|merchant list/);
});

test("messages do not advise `--run-program` if the engine was called with it", () => {
  const run = { ...completeRun, isProgramRunRequested: true, mayUseLastConfiguration: false };
  const texts = advice(wordingOf("program", run)).join("\n");
  expect(texts).not.toContain("--run-program");
  expect(texts).toContain(`has access again, repeat the command. If it will not, ${forgetUnreachable}`);
});

const runsProgram = { isProgramRunRequested: true };

test.each([
  [
    "with targets",
    {},
    /add `--run-program` .* Without `--target` or `--exclude`, `destroy` deletes all integrations/,
  ],
  [
    "with exclusions",
    { hasExcludes: true },
    /run `pulumi up`\. Without `--target` or `--exclude`, `destroy` deletes all/,
  ],
  [
    "with exclusions that runs the program",
    { hasExcludes: true, ...runsProgram },
    /^The engine deletes an excluded resource .*: run `pulumi up` before you set the variable below\. To delete only this/,
  ],
  [
    "that runs the program",
    runsProgram,
    /has failed, fix it\. Then repeat the command, without `--continue-on-error` .* To delete only this/,
  ],
])("the remedy for a `destroy` %s does not advise to omit targets or exclusions", (_what, run, advice) => {
  const { fixPartial } = wordingOf("program", { ...completeRun, isDestroy: true, ...run });
  expect(fixPartial).toMatch(advice);
  expect(fixPartial).not.toMatch(/without `--(?:target|exclude)/);
});
