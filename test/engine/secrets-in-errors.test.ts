import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EchoKind, echoFailures } from "./helpers/echo";
import { Lab } from "./helpers/lab";
import { type Leak, leaksIn, leaksInFiles } from "./helpers/leaks";
import { js } from "./helpers/program";
import { secretArguments } from "./helpers/secret-args";

const kinds: EchoKind[] = ["400", "409", "500", "reset", "lost"];
const failures = Object.fromEntries(kinds.map((kind) => [`shop-${kind}`, kind]));

let lab: Lab;
const secrets: string[] = [];

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.environment.PINTEREST_DEBUG = join(lab.directory, "debug.log");
  secrets.push(lab.emulator.token());
});

afterAll(() => lab.close());

function declare(version: number): void {
  const sets = kinds.map((kind) => secretArguments(`shop-${kind}`, version));
  secrets.push(...sets.flatMap((set) => set.secrets));
  lab.program(Object.fromEntries(sets.map(({ args }) => [String(args.externalBusinessId), args])));
}

function leaks(): Leak[] {
  return [
    ...leaksIn("console", lab.transcript, secrets),
    ...leaksInFiles(join(lab.directory, "backend"), secrets),
    ...leaksInFiles(join(lab.directory, "debug.log"), secrets),
  ];
}

/** Each failing request has come to an error of its own on the console. */
function expectFailures(output: string, doing: string): void {
  for (const kind of kinds) {
    expect(output).toMatch(new RegExp(`${doing} commerce integration "shop-${kind}" failed`));
  }
}

test("no failing create gives a secret away that Pinterest's answer repeats", async () => {
  declare(1);
  const stop = echoFailures(lab, "create", failures);
  const { output } = await lab.upFails();
  stop();
  expectFailures(output, "creating");
  expect((await lab.state())["shop-lost"]?.initErrors).toHaveLength(1);
  expect(leaks()).toEqual([]);
});

test("nor does a failing update", async () => {
  await lab.up();
  declare(2);
  const stop = echoFailures(lab, "update", failures);
  const { output } = await lab.upFails();
  stop();
  expectFailures(output, "updating");
  expect(leaks()).toEqual([]);
});

test("nor a failing read", async () => {
  await lab.up();
  // The list would answer in place of the reads that are to fail.
  lab.emulator.armFault({ kind: "answer", status: 403, operation: "list", times: "all" });
  const stop = echoFailures(lab, "get", failures);
  const { output } = await lab.fail("refresh", "--skip-preview");
  stop();
  // A refresh ends with the first error; which one that is does not matter.
  expect(output).toMatch(/reading commerce integration "shop-\w+" failed/);
  expect(leaks()).toEqual([]);
});

test("nor a failing delete", async () => {
  const stop = echoFailures(lab, "delete", failures);
  const { output } = await lab.fail("destroy", "--skip-preview", "--continue-on-error");
  stop();
  expectFailures(output, "deleting");
  expect(leaks()).toEqual([]);
});

test("nor a preview that is refused", async () => {
  const wrong = {
    ...secretArguments("shop-400", 0).args,
    connectedTagId: js('pulumi.secret(" 778899001122 ")'),
  };
  const bad = {
    partnerAccessToken: "has blanks-445566",
    partnerPrimaryEmail: "nobody-445566",
    scopes: ["445566 "],
  };
  secrets.push("778899001122", "445566");
  lab.program({ shop: { ...wrong, ...bad, partnerAccessTokenExpiry: js("pulumi.secret(445566)") } });
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/`connectedTagId`.*white space/);
  expect(output).toMatch(/`partnerPrimaryEmail`/);
  expect(leaks()).toEqual([]);
});
