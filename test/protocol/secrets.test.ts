import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leaksIn } from "../engine/helpers/leaks";
import { js } from "../engine/helpers/program";
import { Lab, providerTypes } from "../fake-engine/lab";
import { isSecret } from "../fake-engine/values";

const secretNames = ["partnerAccessToken", "partnerPrimaryEmail", "partnerRefreshToken"];
const programValues = {
  partnerAccessToken: "ours-access-778899",
  partnerRefreshToken: "ours-refresh-778899",
  partnerPrimaryEmail: "ours-778899@shop.example",
};
const valuesAtPinterest = {
  partner_access_token: "theirs-access-445566",
  partner_refresh_token: "theirs-refresh-445566",
  partner_primary_email: "theirs-445566@shop.example",
};

/** Secrets in plaintext in state or in the output. */
function leaks(lab: Lab, secrets: readonly string[]) {
  return [...leaksIn("output", lab.transcript, secrets), ...leaksIn("state", lab.exported(), secrets)];
}

describe.each(providerTypes)("%s: with `compareSecrets`", (providerType) => {
  const secrets = [...Object.values(programValues), ...Object.values(valuesAtPinterest)];
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_COMPARE_SECRETS: "true" } });
    const names = ["changed", "one-changed", "unchanged"];
    lab.program(
      Object.fromEntries(
        names.map((name) => [name, { externalBusinessId: name, connectedTagId: "1", ...programValues }]),
      ),
    );
    await lab.up();
    expect(await lab.previewExit("--refresh")).toBe(0);
    lab.emulator.change("changed", valuesAtPinterest);
    lab.emulator.change("one-changed", { partner_refresh_token: valuesAtPinterest.partner_refresh_token });
  });

  afterAll(() => lab.close());

  test("a changed token or email is drift of exactly that property, and stays a secret", async () => {
    const { exitCode, steps } = await lab.preview("--refresh");
    expect(exitCode).toBe(7);
    const updates = steps.filter(({ op }) => op === "update");
    const drifted = updates.map(({ name, detailedDiff }) => [name, Object.keys(detailedDiff ?? {}).sort()]);
    expect(Object.fromEntries(drifted)).toEqual({
      changed: secretNames,
      "one-changed": ["partnerRefreshToken"],
    });
    for (const { inputs } of steps.filter(({ op }) => op === "refresh" || op === "update")) {
      expect(secretNames.filter((name) => !isSecret(inputs[name]))).toEqual([]);
    }
    expect(leaks(lab, secrets)).toEqual([]);
  });

  test("a refresh stores Pinterest's values as secrets, and the next preview compares with them", async () => {
    await lab.succeed("refresh");
    expect(leaks(lab, secrets)).toEqual([]);
    expect(lab.state().changed?.inputs).toMatchObject({
      partnerAccessToken: { value: valuesAtPinterest.partner_access_token },
      partnerRefreshToken: { value: valuesAtPinterest.partner_refresh_token },
      partnerPrimaryEmail: { value: valuesAtPinterest.partner_primary_email },
    });
    expect(await lab.previewExit()).toBe(7);
  });

  test("`up --refresh` restores only them, with one request for each integration", async () => {
    lab.emulator.clearRequests();
    await lab.up("--refresh");
    expect(lab.written("changed")).toEqual([
      [
        "PATCH",
        {
          partner_access_token: programValues.partnerAccessToken,
          partner_refresh_token: programValues.partnerRefreshToken,
          partner_primary_email: programValues.partnerPrimaryEmail,
        },
      ],
    ]);
    expect(lab.written("one-changed")).toEqual([
      ["PATCH", { partner_refresh_token: programValues.partnerRefreshToken }],
    ]);
    expect(lab.writes()).toHaveLength(2);
    expect(await lab.previewExit("--refresh")).toBe(0);
    expect(leaks(lab, secrets)).toEqual([]);
  });

  test("ignores masked values, and all secrets without the option", async () => {
    lab.emulator.setSwitches({ recordSecrets: "masked" });
    expect(await lab.previewExit("--refresh")).toBe(0);
    lab.emulator.setSwitches({ recordSecrets: "shown" });
    lab.emulator.change("changed", valuesAtPinterest);
    delete lab.environment.PINTEREST_COMPARE_SECRETS;
    expect(await lab.previewExit("--refresh")).toBe(0);
    expect(leaks(lab, secrets)).toEqual([]);
  });
});

describe.each(providerTypes)("%s: secrets that are removed from the program", (providerType) => {
  const token = "partner-token-of-the-shop";
  const wrapped = "wrapped-by-the-user";
  const released = "wrapped-and-released";
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, switches: { clearByNull: "ignored" } });
  });

  afterAll(() => lab.close());

  test("stay secrets in state, even if Pinterest did not clear them or they were released", async () => {
    const expectNoLeaks = () => expect(leaks(lab, [token, wrapped, released])).toEqual([]);
    const clearing = { externalBusinessId: "clearing", whenRemoved: "clear" };
    const releasing = { externalBusinessId: "releasing", connectedTagId: "1" };
    lab.program({
      clearing: {
        ...clearing,
        partnerAccessToken: token,
        additionalId1: js(`pulumi.secret("${wrapped}")`),
      },
      releasing: { ...releasing, additionalId1: js(`pulumi.secret("${released}")`) },
    });
    await lab.up();
    expectNoLeaks();

    lab.program({ clearing, releasing: { ...releasing, whenRemoved: "release" } });
    await lab.upFails();
    expectNoLeaks();
    await lab.succeed("refresh");
    expectNoLeaks();
    for (const secret of [wrapped, released]) expect(JSON.stringify(lab.resources())).toContain(secret);

    lab.program({
      clearing: { ...clearing, whenRemoved: "release" },
      releasing: { ...releasing, connectedTagId: "2", whenRemoved: "release" },
    });
    await lab.up();
    expectNoLeaks();
    await lab.up("--refresh");
    expectNoLeaks();
    expect(lab.emulator.integration("clearing")).toMatchObject({ additional_id_1: wrapped });
    expect(lab.emulator.integration("releasing")).toMatchObject({ additional_id_1: released });
  });
});
