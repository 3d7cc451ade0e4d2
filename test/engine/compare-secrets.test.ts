import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run } from "./helpers/lab";
import { leaksIn, leaksInFiles } from "./helpers/leaks";

const secretNames = ["partnerAccessToken", "partnerPrimaryEmail", "partnerRefreshToken"];
const ours = {
  partnerAccessToken: "ours-access-778899",
  partnerRefreshToken: "ours-refresh-778899",
  partnerPrimaryEmail: "ours-778899@shop.example",
};
const theirs = {
  partner_access_token: "theirs-access-445566",
  partner_refresh_token: "theirs-refresh-445566",
  partner_primary_email: "theirs-445566@shop.example",
};
const names = ["changed", "one-changed", "left-alone"];

let lab: Lab;

/** Secrets in anything that the engine printed or wrote down. The program itself is the one place where ours may stand. */
function leaks() {
  const secrets = [...Object.values(ours), ...Object.values(theirs)];
  return [
    ...leaksIn("output", lab.transcript, secrets),
    ...leaksInFiles(join(lab.directory, "backend"), secrets),
  ];
}

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_COMPARE_SECRETS: "true" } });
  lab.program(
    Object.fromEntries(
      names.map((name) => [name, { externalBusinessId: name, connectedTagId: "1", ...ours }]),
    ),
  );
  await lab.up();
  expect(await lab.previewExit("--refresh")).toBe(0);
  lab.emulator.change("changed", theirs);
  lab.emulator.change("one-changed", { partner_refresh_token: theirs.partner_refresh_token });
});

afterAll(() => lab.close());

test("changed tokens and e-mail are drift of just these properties, and no value is shown", async () => {
  const { exitCode, steps } = await lab.preview("--refresh");
  expect(exitCode).toBe(7);
  const drifted = steps
    .filter(({ op }) => op === "update")
    .map(({ name, detailedDiff }) => [name, Object.keys(detailedDiff ?? {}).sort()]);
  expect(Object.fromEntries(drifted)).toEqual({
    changed: secretNames,
    "one-changed": ["partnerRefreshToken"],
  });
  const { output, exitCode: withDiff }: Run = await lab.run(
    "preview",
    "--refresh",
    "--diff",
    "--expect-no-changes",
  );
  expect(withDiff).toBe(7);
  for (const name of secretNames) {
    expect(output).toMatch(new RegExp(`~ ${name}\\s*: \\[secret\\] => \\[secret\\]`));
  }
  expect(leaks()).toEqual([]);
});

test("a refresh takes what Pinterest shows into state, encrypted, and the next update sees it", async () => {
  await lab.succeed("refresh", "--skip-preview");
  expect(leaks()).toEqual([]);
  const shown = JSON.parse(await lab.exported("--show-secrets")) as { deployment: { resources: object[] } };
  expect(JSON.stringify(shown.deployment.resources)).toContain(theirs.partner_access_token);
  // What was just asked for in clear.
  lab.transcript = "";
  expect(await lab.previewExit()).toBe(7);
});

test("`up --refresh` puts them right, one request each, with nothing else in it", async () => {
  lab.emulator.clearRequests();
  await lab.up("--refresh");
  expect(lab.written("changed")).toEqual([
    [
      "PATCH",
      {
        partner_access_token: ours.partnerAccessToken,
        partner_refresh_token: ours.partnerRefreshToken,
        partner_primary_email: ours.partnerPrimaryEmail,
      },
    ],
  ]);
  expect(lab.written("one-changed")).toEqual([
    ["PATCH", { partner_refresh_token: ours.partnerRefreshToken }],
  ]);
  expect(lab.writes()).toHaveLength(2);
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(leaks()).toEqual([]);
});

test("what Pinterest masks is no drift, nor is anything where it is not asked for", async () => {
  lab.emulator.setSwitches({ recordSecrets: "masked" });
  expect(await lab.previewExit("--refresh")).toBe(0);
  lab.emulator.setSwitches({ recordSecrets: "shown" });
  lab.emulator.change("changed", theirs);
  delete lab.environment.PINTEREST_COMPARE_SECRETS;
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(leaks()).toEqual([]);
});
