import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { echoedFailures, echoFailures } from "./helpers/echo";
import { Lab } from "./helpers/lab";
import { type Leak, leaksIn, leaksInFiles } from "./helpers/leaks";
import { js } from "./helpers/program";
import { secretArguments } from "./helpers/secret-args";

/**
 * What the SDK's script and the engine itself print about failures, and what the engine stores of them;
 * test/protocol/secrets-in-errors.test.ts has all operations.
 */
let lab: Lab;
const secrets: string[] = [];

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  secrets.push(lab.emulator.token());
  const sets = Object.keys(echoedFailures).map((id) => secretArguments(id, 1));
  secrets.push(...sets.flatMap((set) => set.secrets));
  lab.program(Object.fromEntries(sets.map(({ args }) => [String(args.externalBusinessId), args])));
});

afterAll(() => lab.close());

function leaks(): Leak[] {
  return [
    ...leaksIn("console", lab.transcript, secrets),
    ...leaksInFiles(join(lab.directory, "backend"), secrets),
  ];
}

/** Expects an error of its own for each failed request. */
function expectFailures(output: string, doing: string): void {
  for (const id of Object.keys(echoedFailures)) {
    expect(output).toMatch(new RegExp(`${doing} commerce integration "${id}" failed`));
  }
}

test("no secret that Pinterest's answer repeats is printed or stored if a create fails", async () => {
  const stop = echoFailures(lab, "create");
  const { output } = await lab.upFails();
  stop();
  expectFailures(output, "creating");
  expect((await lab.state())["shop-lost"]?.initErrors).toHaveLength(1);
  expect(leaks()).toEqual([]);
});

test("no secret is printed or stored if a deletion fails", async () => {
  await lab.up();
  const stop = echoFailures(lab, "delete");
  const { output } = await lab.fail("destroy", "--skip-preview", "--continue-on-error");
  stop();
  expectFailures(output, "deleting");
  expect(leaks()).toEqual([]);
});

test("no secret is printed or stored if a check fails", async () => {
  const wrong = {
    ...secretArguments("shop-400", 0).args,
    connectedTagId: js('pulumi.secret(" 778899001122 ")'),
    partnerAccessToken: "has blanks-445566",
    partnerPrimaryEmail: "nobody-445566",
    scopes: ["445566 "],
    partnerAccessTokenExpiry: js("pulumi.secret(445566)"),
  };
  secrets.push("778899001122", "445566");
  lab.program({ shop: wrong });
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/`connectedTagId`.*white space/);
  expect(output).toMatch(/`partnerPrimaryEmail`/);
  expect(leaks()).toEqual([]);
});
