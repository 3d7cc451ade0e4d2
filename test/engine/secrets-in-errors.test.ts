import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { echoedFailures, echoFailures } from "./helpers/echo";
import { Lab } from "./helpers/lab";
import { type Leak, leaksIn, leaksInFiles } from "./helpers/leaks";
import { invalidSecretArguments, secretArguments } from "./helpers/secret-args";

// Checks the output of the SDK's script and of the engine, and state. For all operations, see test/protocol/secrets-in-errors.test.ts.
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

/** The description of Pinterest's response in the error, by external business ID. */
const responses: Readonly<Record<string, string>> = {
  "shop-400": "HTTP 400, code 1: .*\\(request ID \\d+\\)",
  "shop-409": "HTTP 409, code 4182: .*\\(request ID \\d+\\)",
  "shop-500": "HTTP 500: .*\\(request ID \\d+\\)",
  "shop-reset": "ECONNRESET",
  "shop-lost": "ECONNRESET",
};

/** Expects an error for each failed create that names the operation, the integration, Pinterest's response, and the remedy. */
function expectFailures(output: string): void {
  expect(Object.keys(responses)).toEqual(Object.keys(echoedFailures));
  for (const [id, response] of Object.entries(responses)) {
    const remedy = "\\. \\w+";
    const message = `creating commerce integration "${id}" failed: .*${response}${remedy}`;
    expect(output).toMatch(new RegExp(message, "i"));
  }
}

test("no secret that Pinterest's response repeats is printed or stored if a create fails", async () => {
  const stop = echoFailures(lab, "create");
  const { output } = await lab.upFails();
  stop();
  expectFailures(output);
  expect((await lab.state())["shop-lost"]?.initErrors).toHaveLength(1);
  expect(leaks()).toEqual([]);
});

test("no secret that Pinterest's response repeats is printed or stored if a deletion fails", async () => {
  const stop = echoFailures(lab, "delete", { "shop-lost": "400" });
  const { output } = await lab.fail("destroy", "--skip-preview");
  stop();
  expect(output).toMatch(/deleting commerce integration "shop-lost" failed: .*HTTP 400, code 1/);
  expect(leaks()).toEqual([]);
});

// A failed check ends the engine's command before it creates the other resources.
test("no secret is printed or stored if a check fails", async () => {
  const invalid = invalidSecretArguments();
  secrets.push(...invalid.secrets);
  lab.program({ shop: invalid.args });
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/`connectedTagId`.*whitespace/);
  expect(output).toMatch(/`partnerPrimaryEmail`/);
  expect(leaks()).toEqual([]);
});
